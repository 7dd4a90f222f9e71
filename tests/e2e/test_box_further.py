# SPDX-License-Identifier: MIT
"""Boxes when the world around them changes: the engine starts again, X starts again, files
that they mount move; and on Podman."""
import os
import shutil
import signal
import subprocess

import kit
import podman
from box_kit import Box
from engine_api import engine
from faults import Daemon
from world import wait_gone


class World(Box, kit.Case):
    def test_engine_restarts(self):
        """the engine killed and started again: the box is started by the next run, with all that is in it"""
        self.project_box("c:prepare 'echo x >> /tmp/prepared'")
        self.assertEqual(self.enter("cat /tmp/prepared; id -un"), "x\n%s\n" % self.user_name())
        name = self.box()
        daemon = Daemon()
        os.kill(daemon.pid, signal.SIGKILL)
        wait_gone(daemon.pid, 60)
        daemon.start()
        self.assertEqual(self.box(), name)
        self.assertEqual(self.enter("cat /tmp/prepared; id -un"), "x\n%s\n" % self.user_name())
        self.run_cnnrun("stop", name)
        self.assertEqual(self.enter("cat /tmp/prepared"), "x\n")

    def user_name(self):
        """The user's own entry in the box: it does not go with the first run."""
        return self.enter("id -un").strip()

    def test_places(self):
        """a place to mount on that is gone is made again, as the user, before the engine would as root"""
        self.project_box("c:tmpfs '/w/build/tmp'")
        self.enter("echo a > build/tmp/a")
        for again in (lambda: self.enter("true"), lambda: self.run_cnnrun("start"),
                      lambda: self.run_cnnrun("enter", "--", "true")):
            self.run_cnnrun("stop", self.box())
            shutil.rmtree(os.path.join(self.project, "build"))
            again()
            for part in "build", "build/tmp":
                self.assertEqual(os.stat(os.path.join(self.project, part)).st_uid, self.uid)
            self.assertTrue(engine.inspect(self.box())["State"]["Running"])

    def test_source_gone(self):
        """a box whose mount is gone does not start, and says what is missing"""
        self.write("data/x", "x")
        self.project_box("c:mount('data', '/d')")
        self.enter("cat /d/x")
        name = self.box()
        self.run_cnnrun("stop", name)
        shutil.rmtree(os.path.join(self.project, "data"))
        for words in ("start", name), ("enter", name, "true"):
            r = self.run_cnnrun(*words)
            self.assertEqual((r.code, len(r.err.splitlines())), (125, 1), r.err)
            self.assertIn(os.path.join(self.project, "data"), r.err)
            self.assertIn("--fresh makes it anew", r.err)

    def test_replaced(self):
        """a directory that the user has replaced meanwhile is what the box has from its next start on"""
        self.write("data/x", "old")
        self.project_box("c:mount('data', '/d')")
        self.enter("true")
        self.run_cnnrun("stop", self.box())
        shutil.rmtree(os.path.join(self.project, "data"))
        self.write("data/x", "new")
        self.assertEqual(self.enter("cat /d/x"), "new")


class Display(Box, kit.Case):
    """With an image that has X programs."""

    demo = True

    def setUp(self):
        super().setUp()
        self.profile("c:box()", "c:display()", image="demo-cnn:latest")

    def windows(self):
        r = subprocess.run(["xdotool", "search", "--onlyvisible", "--class", "XEyes"],
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        return r.stdout.split()

    def end_windows(self):
        """A session that is left leaves its command, as exec does."""
        self.enter("kill $(grep -l xeyes /proc/[0-9]*/comm | cut -d/ -f3) || true")
        kit.wait_for(lambda: not self.windows(), 30, "the window's end")

    def test_window(self):
        """each session has the display for as long as it lasts; its cookie goes with it"""
        for _ in range(2):
            p = self.start_cnnrun("./cnnrun.lua", "--", "xeyes")
            kit.wait_for(self.windows, 60, "a window")
            self.assertEqual(self.enter('stat -c "%a %u" $XAUTHORITY'), "600 %d\n" % self.uid)
            p.terminate()
            p.wait(30)
            self.end_windows()
        gate = os.path.join(kit.environment(self.uid)["HOME"], ".local/state/cnnrun/gate")
        left = [f for _, _, files in os.walk(gate) for f in files if f.startswith("x-")]
        self.assertEqual(left, [])

    def test_killed(self):
        """a session that is killed leaves no cookie and no entry"""
        p = self.start_cnnrun("./cnnrun.lua", "--", "xeyes")
        kit.wait_for(self.windows, 60, "a window")
        p.kill()
        p.wait()
        gate = os.path.join(kit.environment(self.uid)["HOME"], ".local/state/cnnrun/gate")
        kit.wait_for(lambda: not [f for _, _, files in os.walk(gate) for f in files if f.startswith("x-")])
        self.end_windows()


class Podman(Box, podman.Service, kit.Case):
    def boxes(self):
        return [n for n in self.podman.containers()]

    def remove_boxes(self):
        for name in self.boxes():
            self.podman.remove(name)

    def enter(self, script, *args, **more):
        return self.shell(script, *args, env=self.env, **more)

    def test_life(self):
        """made, prepared, entered, stopped, entered, its profile changed, made anew"""
        self.write("context/Dockerfile", 'FROM scratch\nCOPY busybox /bin/busybox\n'
                   'RUN ["/bin/busybox", "--install", "-s", "/bin"]\n')
        with open("/bin/busybox", "rb") as f:
            self.write("context/busybox", f.read(), 0o755)
        build = 'c:build { tag = "kit-box:latest", context = "context", network = "host" }'
        more = [build, 'c:network "none"', "c:prepare 'echo x >> $HOME/prepared'"]
        self.project_box(*more, image=None)
        self.assertEqual(self.enter("cat $HOME/prepared"), "x\n")
        name = self.box()
        self.assertEqual(self.podman_run("stop", name).code, 0)
        self.assertEqual(self.enter("cat $HOME/prepared"), "x\n")
        self.project_box("c:shm '2m'", *more, image=None)
        self.assertIn("the profile has changed", self.podman_run("./cnnrun.lua", "--", "true").err)
        self.assertEqual(self.podman_run("./cnnrun.lua", "--fresh", "--", "true").code, 0)
        self.assertEqual(self.podman_run("./cnnrun.lua", "--", "true").err, "")
        self.project_box("c:prepare 'exit 3'", build, 'c:network "none"', image=None)
        self.assertEqual(self.podman_run("./cnnrun.lua", "--fresh", "--", "true").code, 125)
        self.assertEqual(self.boxes(), [])
