# SPDX-License-Identifier: MIT
"""docs/from-docker.md: a Jetson, and a robot by USB, on nodes that stand in for their devices."""
import os
import socket
import stat
import threading
import types

import devices
import gpus
import kit
from project_kit import DISPLAY, NETWORK, Project
from test_from_docker import Window

NODES = """for n in video0 video2 i2c-1 ttyUSB0 ttyACM1; do mknod -m 660 $n c 1 5; done
chgrp video video* && chgrp dialout tty* && chgrp plugdev i2c*
mkdir -p bus/usb/001
mount -t tmpfs tmpfs /run
mkdir /run/udev"""
JTOP = "/run/jtop.sock"


def setUpModule():
    kit.install()
    devices.own(NODES)
    case = types.SimpleNamespace(addCleanup=kit.unittest.addModuleCleanup)
    Hardware.env = {"DOCKER_HOST": gpus.other_engine(case, '{"runtimes": {"nvidia": {"path": "runc"}}}')}


class Hardware(Project):
    pass


class Jetson(Hardware, Window, kit.Case):
    kind, images = "jetson", ("nvcr.io/nvidia/l4t-jetpack:r36.4.0",)
    rights = (*("be of the group %d, which is not yours" % g for g in (44, 46)), "use all GPUs",
              *("use the device /dev/" + n for n in ("video0", "video2", "i2c-1")), DISPLAY, NETWORK)

    def test_cameras(self):
        """NVIDIA's runtime, every camera that is there, the service that knows the board; results are yours"""
        s = socket.socket(socket.AF_UNIX)
        s.bind(JTOP)
        self.addCleanup(os.unlink, JTOP)
        self.addCleanup(s.close)
        os.chmod(JTOP, 0o666)
        s.listen()

        def serve():
            s.accept()[0].sendall(b"two engines")
        threading.Thread(target=serve, daemon=True).start()
        out = self.ran().out
        self.assertEqual(out.splitlines(), ["jtop: two engines", "driver: all"])
        self.assertEqual(self.read("seen.txt"), "/dev/i2c-1 4\n/dev/video0 4\n/dev/video2 4\n")
        self.assertYours()

    def test_window(self):
        """what it sees is on the screen"""
        self.gone(self.shown("--", "xeyes"))

    def test_release(self):
        """another release of its software is another image"""
        r = self.run_cnnrun("plan", env={"L4T_VERSION": "r35.4.1"})
        self.assertIn("nvcr.io/nvidia/l4t-jetpack:r35.4.1", r.out)


class UsbRobot(Hardware, kit.Case):
    kind, images = "usb_robot", ("python:3.12-slim",)
    rights = (*("be of the group %d, which is not yours" % g for g in (20, 44)),
              "have the rights of the group plugdev", "write outside the project: /dev/bus/usb",
              "read outside the project: /run/udev",
              'use whatever devices are, or will be, of the kind "c 189:* rmw"',
              *("use the device /dev/" + n for n in ("ttyUSB0", "ttyACM1", "video0", "video2")))

    def test_drives(self):
        """its controller and camera are opened, and what is plugged in while it runs is let in"""
        p = self.start_cnnrun("./cnnrun.lua")
        line = p.stdout.readline()
        self.assertEqual(line, "driving\n", "" if line else p.communicate()[1])
        node = "/dev/bus/usb/001/009"
        os.mknod(node, 0o666 | stat.S_IFCHR, os.makedev(189, 8))
        self.addCleanup(os.unlink, node)
        os.chmod(node, 0o666)
        out, err = p.communicate(timeout=60)
        self.assertEqual(p.returncode, 0, err)
        self.assertRegex(out, "^later: (ENODEV|ENXIO)$")  # no such device, but not EPERM
        self.assertEqual(self.read("log.txt"), "/dev/ttyACM1\n/dev/ttyUSB0\n/dev/video0\n/dev/video2\n")
        self.assertYours()
