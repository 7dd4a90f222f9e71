# SPDX-License-Identifier: MIT
"""A job that runs the project's files as they were when it was submitted."""
import os
import re
import subprocess

import jobs_kit
import kit


class Snapshot(jobs_kit.Case):
    def git(self, *words, cwd=None):
        subprocess.run(("setpriv", "--reuid", str(self.uid), "--regid", str(self.uid), "--clear-groups", "git",
                        "-c", "user.name=x", "-c", "user.email=x@x", "-c", "init.defaultBranch=x") + words, check=True,
                       cwd=cwd or self.project, env=kit.environment(self.uid), stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def repository(self):
        self.git("init")
        self.write(".gitignore", "runs\n*.o\n")
        self.write("sub/tracked.sh", "echo tracked", 0o755)
        self.write("sub/gone", "")
        self.git("add", ".")
        self.git("commit", "-m", "x")
        os.remove(self.project + "/sub/gone")
        self.write("untracked", "new")
        self.write("a.o", "object")
        self.write("runs/before", "old")
        os.symlink("/nowhere", self.project + "/link")
        os.lchown(self.project + "/link", self.uid, self.uid)

    def submit(self, call, script, *options, code=0):
        self.write("cnnrun.lua", jobs_kit.PROFILE % call)
        kit.allow("./cnnrun.lua", uid=self.uid, cwd=self.project)
        r = self.run_cnnrun("--on", "slurm", "--detach", *options, "./cnnrun.lua", "--", "sh", "-c", script, env=self.env, granted=False)
        self.assertEqual(r.code, code, r.err)
        if not code:
            self.dir = re.search(r"its output: (\S+)/log", r.err).group(1)
            self.taken = self.dir + "/snapshot"
        self.said = r.err
        return r.out.strip()

    def log(self, job):
        self.slurm.ended(job)
        with open(self.dir + "/log") as f:
            return f.read()

    def files(self):
        return sorted(os.path.relpath(os.path.join(where, name), self.taken)
                      for where, _, names in os.walk(self.taken) for name in names)

    def test_repository(self):
        """What git tracks or does not ignore runs as it was; the size is said; what git ignores stays the project's."""
        self.repository()
        self.slurm.said("scontrol", "update", "PartitionName=test", "State=DOWN")
        self.addCleanup(self.slurm.said, "scontrol", "update", "PartitionName=test", "State=UP")
        job = self.submit('c:mount("runs", "/runs")', "sh sub/tracked.sh; cat untracked; ls; echo done >made; echo x >/runs/after",
                          "--snapshot")
        self.assertRegex(self.said, r"the snapshot: \S+/snapshot, 5 files, [0-9]+ B; what the job writes there stays there\n")
        self.assertEqual(self.files(), [".gitignore", "cnnrun.lua", "link", "sub/tracked.sh", "untracked"])
        self.assertTrue(os.access(self.taken + "/sub/tracked.sh", os.X_OK))
        self.assertEqual(os.readlink(self.taken + "/link"), "/nowhere")
        self.write("sub/tracked.sh", "echo changed")
        self.slurm.said("scontrol", "update", "PartitionName=test", "State=UP")
        log = self.log(job)
        self.assertEqual(self.slurm.state(job)["ExitCode"], "0:0", log)
        self.assertIn("tracked\nnew", log)
        self.assertNotIn("a.o", log)
        self.assertTrue(os.path.exists(self.taken + "/made"))
        self.assertEqual(sorted(os.listdir(self.project + "/runs")), ["after", "before"])

    def test_none(self):
        """Where there is no repository all is taken but what .cnnrunignore names; without --snapshot nothing is."""
        self.write("data/large", "x" * 9000)
        self.write("code", "1")
        self.write(".cnnrunignore", "data\n")
        job = self.submit("", "cat code", "--snapshot")
        self.assertEqual(self.files(), [".cnnrunignore", "cnnrun.lua", "code"])
        self.assertIn("1", self.log(job))
        job = self.submit("", "wc -c data/large")
        self.assertFalse(os.path.exists(self.taken))
        self.assertIn("9000 data/large", self.log(job))

    def test_nested(self):
        """Submodules and repositories within are taken as what they are: theirs, without .git."""
        self.repository()
        self.write("module/here", "1")
        self.write("module/no.x", "1")
        self.write("module/.gitignore", "*.x\n")
        self.git("init", cwd=self.project + "/module")
        self.git("add", ".", cwd=self.project + "/module")
        self.git("commit", "-m", "x", cwd=self.project + "/module")
        for tracked in False, True:
            if tracked:
                self.git("add", "module")
            self.submit("", "true", "--snapshot")
            self.assertEqual([f for f in self.files() if f.startswith("module")], ["module/.gitignore", "module/here"])

    def test_programs(self):
        """A repository whose configuration names programs: none of them runs."""
        self.repository()
        for key in "core.fsmonitor", "core.sshCommand", "core.hooksPath":
            self.git("config", key, self.project + "/evil")
        self.write("evil", "#!/bin/sh\ntouch %s/ran\n" % self.project, 0o755)
        self.git("config", "core.worktree", "/")
        self.submit("", "true", "--snapshot")
        self.assertFalse(os.path.exists(self.project + "/ran"))
        self.assertFalse([f for f in self.files() if f.startswith(("etc", ".."))], self.files())

    def test_led_out(self):
        """A tracked directory that has become a link to elsewhere is taken as a link."""
        self.repository()
        secret = self.write("outside/tracked.sh", "secret")
        os.rename(os.path.dirname(secret), self.project + ".outside")
        self.addCleanup(kit.shutil.rmtree, self.project + ".outside")
        kit.shutil.rmtree(self.project + "/sub")
        os.symlink(self.project + ".outside", self.project + "/sub")
        self.submit("", "true", "--snapshot")
        self.assertFalse([f for f in self.files() if f.startswith("sub/")])
        self.assertEqual(os.readlink(self.taken + "/sub"), self.project + ".outside")
        os.remove(self.project + "/sub")
        self.write("within/tracked.sh", "other")
        os.symlink("within", self.project + "/sub")
        self.submit("", "true", "--snapshot")
        self.assertEqual(os.readlink(self.taken + "/sub"), "within")

    def test_unreadable(self):
        """A file that the user may not read is named, with the way round it; nothing is left."""
        self.repository()
        os.chmod(self.write("locked", "x"), 0)
        os.chown(self.project + "/locked", 0, 0)
        r = self.submit("", "true", "--snapshot", code=125)
        self.assertIn("/locked: Permission denied; name it in .gitignore to leave it out", self.said)
        self.assertEqual(r, "")

    def test_elsewhere(self):
        """Without a cluster there is nothing to take it for."""
        self.profile()
        r = self.run_cnnrun("--snapshot", "./cnnrun.lua", "--", "true", granted=False)
        self.assertEqual(r.code, 2, r.err)
        self.assertIn("--snapshot is for --on slurm", r.err)
