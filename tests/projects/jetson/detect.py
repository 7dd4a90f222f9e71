# SPDX-License-Identifier: MIT
"""Looks through every camera, and asks the service that knows the board."""
import glob
import os
import socket

with open("seen.txt", "w") as f:
    for path in sorted(glob.glob("/dev/video*") + glob.glob("/dev/i2c-*")):
        with open(path, "rb") as device:
            f.write("%s %d\n" % (path, len(device.read(4))))
s = socket.socket(socket.AF_UNIX)
s.connect("/run/jtop.sock")
print("jtop:", s.recv(100).decode())
print("driver:", os.environ["NVIDIA_VISIBLE_DEVICES"])
