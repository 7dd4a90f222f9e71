# SPDX-License-Identifier: MIT
"""Attempts to keep a user without XDG_RUNTIME_DIR from every launch, by what lies in /tmp."""
import os
import shutil
import signal
import subprocess

import attack
import kit

SQUATTER = 1234


class Runtime(attack.Attack):
    uid = 4711  # of its own: the name in /tmp is shared with whatever else runs here

    def setUp(self):
        super().setUp()
        self.place = "/tmp/cnnrun-%d" % self.uid
        self.clear()
        self.addCleanup(self.clear)
        self.profile("c:log()")

    def clear(self):
        subprocess.run(["umount", self.place], stderr=subprocess.DEVNULL)
        if os.path.isdir(self.place) and not os.path.islink(self.place):
            shutil.rmtree(self.place)
        elif os.path.lexists(self.place):
            os.unlink(self.place)

    def state(self):
        where = os.path.join(kit.environment(self.uid)["HOME"], ".local/state/cnnrun/run")
        return os.listdir(where) if os.path.isdir(where) else None

    def runs(self, **more):
        r = self.attempt("./cnnrun.lua", "--", "echo", "ran", env={"XDG_RUNTIME_DIR": None}, **more)
        self.assertEqual((r.code, r.out), (0, "ran\n"), r.err)
        kit.wait_for(lambda: self.state() == [])  # a janitor looks again after a launch that died

    def test_directory(self):
        """somebody else's directory, closed and open to all"""
        for mode in 0o700, 0o777, 0o1777:
            os.mkdir(self.place)
            os.chmod(self.place, mode)
            os.chown(self.place, SQUATTER, SQUATTER)
            self.runs()
            self.assertEqual(os.listdir(self.place), [])
            self.clear()

    def test_file(self):
        """a file, a pipe, a link to the user's own home, a link to nothing"""
        home = kit.environment(self.uid)["HOME"]
        for make in (lambda: open(self.place, "w").close(), lambda: os.mkfifo(self.place),
                     lambda: os.symlink(home, self.place), lambda: os.symlink("/nonexistent/x", self.place)):
            make()
            os.chown(self.place, SQUATTER, SQUATTER, follow_symlinks=False)
            before = sorted(os.listdir(home))
            self.runs()
            self.assertEqual(sorted(set(os.listdir(home)) - {".local"}), [f for f in before if f != ".local"])
            self.clear()

    def test_mode(self):
        """the user's own, left open to others"""
        os.mkdir(self.place)
        os.chown(self.place, self.uid, self.uid)
        os.chmod(self.place, 0o777)
        self.runs()

    def test_full(self):
        """no room left there"""
        os.mkdir(self.place)
        kit.tool("mount", "-t", "tmpfs", "-o", "nr_inodes=1,mode=700,uid=%d" % self.uid, "cnnrun-test", self.place)
        self.runs()

    def test_swept(self):
        """what a launch left that died there is found again when the name is free"""
        os.mkdir(self.place)
        os.chown(self.place, SQUATTER, SQUATTER)
        p = self.start_cnnrun("./cnnrun.lua", "--", "sleep", "100", env={"XDG_RUNTIME_DIR": None})
        name = self.new_container()
        for pid in kit.processes() - self.before["processes"]:
            os.kill(pid, signal.SIGSTOP)
        for pid in kit.processes() - self.before["processes"]:
            os.kill(pid, signal.SIGKILL)
        p.wait()
        self.assertEqual(len({f.split(".")[0] for f in self.state()}), 1)
        self.clear()
        self.runs()
        self.assertNotIn(name, kit.engine.containers())


if __name__ == "__main__":
    kit.unittest.main()
