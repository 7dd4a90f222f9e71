# SPDX-License-Identifier: MIT
"""docs/from-docker.md: robots and simulators."""
import socket

import kit
from project_kit import DISPLAY, DOCKERS, NETWORK, ROOT_OF_IMAGE, Project
from test_display import colours, windows
from test_gpu import asked_since, lines


class Window(Project):
    def shown(self, *words, **more):
        """Starts it and waits for its window."""
        p = self.start_cnnrun("./cnnrun.lua", *words, **more)
        try:
            w = kit.wait_for(lambda: windows("--class", "XEyes"), 60, "xeyes")[0]
        except AssertionError:
            self.stop(p)
            self.fail(p.stderr.read())
        kit.wait_for(lambda: len(colours(w)) > 1, 20, "something drawn")
        return p

    def gone(self, p):
        self.stop(p)
        kit.wait_for(lambda: not windows("--class", "XEyes"), 30, "the window's end")


class Ros(Window, kit.Case):
    kind, images = "ros", ("osrf/ros:humble-desktop",)
    rights = DOCKERS, DISPLAY, NETWORK, "share the host's IPC"

    def test_builds(self):
        """ros with your uid: files of the workspace are yours, sudo works, settings are read"""
        out = self.ran("--", "bash", "-c", "mkdir build; touch build/x; whoami; sudo id -u; "
                       "echo $ROS_DISTRO $ROS_DOMAIN_ID; touch ~/x", env={"ROS_DOMAIN_ID": "7"}).out
        self.assertEqual(out.split(), ["ros", "0", "humble", "7"])
        self.assertYours()

    def test_network(self):
        """what listens on this machine is found"""
        with socket.create_server(("127.0.0.1", 0)) as s:
            script = "import socket; socket.create_connection(('127.0.0.1', %d))" % s.getsockname()[1]
            self.ran("--", "python3", "-c", script)

    def test_window(self):
        """rviz is on the screen"""
        self.gone(self.shown("--", "xeyes"))


class Isaac(Window, kit.Case):
    kind, images = "isaac", ("nvcr.io/nvidia/isaac-sim:5.0.0",)
    volumes = "isaac-cache", "isaac-data", "isaac-logs"
    rights = *("use the volume " + v for v in volumes), "use all GPUs", DISPLAY, NETWORK

    def test_runs(self):
        """its window is there, with all GPUs for graphics; its caches are there at the second run"""
        had = len(lines())
        self.gone(self.shown())
        self.assertEqual(asked_since(had), {"NVIDIA_VISIBLE_DEVICES": "all", "NVIDIA_DRIVER_CAPABILITIES": "all"})
        self.gone(self.shown())
        self.assertEqual(self.read("scene.usd").strip(), "2")
        self.assertEqual(self.read(".isaac-home/.config/app"), "settings\n")
        self.assertYours()


class Px4(Window, kit.Case):
    kind, images = "px4", ("px4io/px4-dev-ros2-humble:latest",)
    rights = ROOT_OF_IMAGE, DOCKERS, DISPLAY, NETWORK

    def test_builds(self):
        """root becomes you: what is built is yours, in the group of the image's user"""
        out = self.ran("--", "bash", "-c", "id -u; echo $HOME; touch firmware ~/x; stat -c %u ~/x").out
        self.assertEqual(out.split(), [str(self.uid), "/home/user", str(self.uid)])
        self.assertYours(group=4321)

    def test_window(self):
        """the simulator's window is on the screen, though root came first"""
        self.gone(self.shown("--", "xeyes"))

    def test_station(self):
        """the ground station on this machine hears the simulation"""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.bind(("127.0.0.1", 0))
            s.settimeout(20)
            self.ran("--", "bash", "-c", "echo heartbeat >/dev/udp/127.0.0.1/%d" % s.getsockname()[1])
            self.assertEqual(s.recv(100), b"heartbeat\n")
