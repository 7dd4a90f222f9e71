# SPDX-License-Identifier: MIT
"""Opens the controller; then what is plugged in while it runs."""
import errno
import glob
import os
import time

with open("log.txt", "w") as f:
    for path in sorted(glob.glob("/dev/tty[UA]*") + glob.glob("/dev/video*")):
        with open(path, "r+b", buffering=0) as device:
            device.write(b"go")
            f.write(path + "\n")
print("driving", flush=True)
while not os.path.exists("/dev/bus/usb/001/009"):
    time.sleep(0.1)
try:
    open("/dev/bus/usb/001/009", "rb").close()
except OSError as e:
    print("later:", errno.errorcode[e.errno])
