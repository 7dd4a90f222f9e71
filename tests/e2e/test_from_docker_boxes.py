# SPDX-License-Identifier: MIT
"""docs/from-docker.md: containers that stay."""
import os

import kit
from box_kit import Box
from project_kit import DOCKERS, Project, fetched, free_port


class Staying(Project, Box):
    def remove_boxes(self):
        super().remove_boxes()
        self.remove_volumes()


class DevContainer(Staying, kit.Case):
    kind, images = "devcontainer", ("mcr.microsoft.com/devcontainers/python:3.12",)
    volumes = ("app-history",)
    rights = ("be root in the container", DOCKERS, "use the capability SYS_PTRACE",
              "use the volume app-history")
    uid = 1001  # another than the image's vscode

    def setUp(self):
        super().setUp()
        self.port = free_port()
        self.env = {"APP_PORT": str(self.port)}

    def test_made(self):
        """prepared once, by root and by you; vscode is you; sudo works; history outlives it"""
        out = self.enter("whoami; id -u; sudo id -u; cat ~/.ready; rg --version | head -n 1; pwd")
        name, *rest = out.splitlines()
        self.assertEqual((name, rest[:3]), ("vscode", [str(self.uid), "0", "ready"]))
        self.assertRegex(rest[3], "^ripgrep")
        self.assertEqual(rest[4], "/workspaces/app")
        self.enter("echo history >$HISTFILE")
        self.assertEqual(self.enter("cat $HISTFILE; cat /workspaces/app/.prepared", "--fresh").split(),
                         ["history", "vscode", "vscode"])
        self.assertYours()

    def test_unchanged(self):
        """what was not changed is not said to be"""
        self.assertNotIn("changed", self.ran("--", "true").err + self.ran("--", "true").err)

    def test_port(self):
        """what listens in it answers on this machine"""
        p = self.start_cnnrun("./cnnrun.lua", "--", "python3", "-m", "http.server", "8000")
        self.assertIn("cnnrun.lua", self.served(self.port))
        self.stop(p)
        self.assertIsNone(fetched(self.port))


class LivingIn(Staying, kit.Case):
    kind, images = "box", ("ubuntu:24.04",)
    rights = "be root in the container", DOCKERS

    def test_stays(self):
        """what was installed by hand is there after a stop; home and project are yours"""
        self.assertIn("command    a shell", self.run_cnnrun("plan").out)
        self.enter("sudo apt-get install -y ripgrep >/dev/null 2>&1; echo 'set -o vi' >~/.profile")
        stopped = self.run_cnnrun("stop", self.box())
        self.assertEqual(stopped.code, 0, stopped.err)
        out = self.enter("rg --version | head -n 1; cat ~/.profile; touch made")
        self.assertRegex(out, "^ripgrep .*\nset -o vi\n$")
        self.assertTrue(os.path.exists(os.path.join(self.project, ".box-home/.profile")))
        self.assertYours()
