# SPDX-License-Identifier: MIT
"""A job that is submitted from a machine which shares nothing with its cluster but ssh."""
import glob
import json
import os
import re
import stat

import kit
from behind_kit import WHERE, BehindSsh
from jobs_kit import PROFILE

OPTIONS = PROFILE.replace("setup =", 'options = { n = { default = "0" } }, setup =')


class Submit(BehindSsh):
    def profile_of(self, call=""):
        self.write("cnnrun.lua", OPTIONS % call)
        self.allow("./cnnrun.lua", where=WHERE)

    def submit(self, script, *options, call="", code=0, **more):
        self.profile_of(call)
        r = self.on(*options, "./cnnrun.lua", "--", "sh", "-c", script, where=WHERE, **more)
        self.assertEqual(r.code, code, r.out + r.err)
        return r

    def dirs(self):
        """Jobs over there, the last one first."""
        return sorted((d for d in glob.glob(self.there["XDG_STATE_HOME"] + "/cnnrun/jobs/*") if not d.endswith("/images")),
                      key=os.path.getmtime, reverse=True)

    def here(self):
        """What this side has of jobs."""
        state = os.environ.get("XDG_STATE_HOME", os.environ["HOME"] + "/.local/state")
        return glob.glob(state + "/cnnrun/jobs/*")

    def nothing(self, before):
        self.assertEqual((self.dirs(), self.slurm.said("squeue", "-h"), self.here()), (before, "", []))

    def test_done(self):
        """It runs the project's files there, says here what it says, and its status is ours."""
        self.write("word", "from here\n")
        r = self.submit("cat word; echo made >made; exit 9", code=9)
        self.assertIn("from here\n", r.out)
        self.assertIn("cnnrun: the project goes along as a snapshot: 2 files", r.err)
        self.assertEqual(self.here(), [])
        self.assertEqual(self.submit("true").code, 0)
        self.profile_of()
        r = self.on("./cnnrun.lua", "--", "/nothing", where=WHERE)
        self.assertEqual(r.code, 127, r.err)

    def test_detach(self):
        """Its number alone, by which this side's commands know it."""
        r = self.submit("echo said; exit 3", "--detach")
        self.assertRegex(r.out, r"^[0-9]+\n$")
        job = r.out.strip()
        self.slurm.ended(job)
        r = self.on("jobs", "--json", job, where=WHERE)
        self.assertEqual(json.loads(r.out)[0]["status"], 3)

    def test_sweep(self):
        """One array, and the status of what failed."""
        r = self.submit('echo "n $N"; [ "$N" != 2 ] || exit 5', call="c:sweep { n = { 1, 2, 3 } }:env { N = opt.n }", code=5)
        self.assertIn("of 3 tasks", r.err)
        there = self.dirs()[0]
        for i in range(3):
            with open("%s/task.%d/log" % (there, i)) as f:
                self.assertIn("n %d\n" % (i + 1), f.read())

    def test_secret(self):
        """A variable's value is in one file of the account's alone; an env file that git ignores goes along."""
        self.write(".env", "FILED=f1led\n")
        kit.tool("git", "-C", self.project, "init", "-q")
        self.write(".gitignore", ".env\n")
        self.submit('echo "$FILED" "${#WORD}"', "-e", "WORD", call='c:env_file "%s/.env"' % self.project, env={"WORD": "s3cret-w0rd"})
        there = self.dirs()[0]
        with open(there + "/log") as f:
            self.assertIn("f1led 11\n", f.read())
        for where, _, names in os.walk(there):
            for name in names:
                path = os.path.join(where, name)
                with open(path, "rb") as f:
                    text = f.read()
                if b"s3cret-w0rd" in text or name == ".env":
                    self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
                if b"s3cret-w0rd" in text:
                    self.assertEqual(name, "variables.json")

    def test_home(self):
        """A home of the project is the snapshot's; a mount that did not come may be made."""
        kit.tool("git", "-C", self.project, "init", "-q")
        self.write(".gitignore", "runs\n")
        self.write("home/rc", "mine\n")
        os.mkdir(self.project + "/runs")
        r = self.submit('cat ~/rc; touch ~/new /runs/out', call='c:home "home":mount("runs", "/runs", { create = true, carry = true })')
        self.assertIn("mine\n", r.out)
        there = self.dirs()[0]
        self.assertTrue(os.path.exists(there + "/snapshot/home/new"))
        self.assertTrue(os.path.exists(there + "/snapshot/runs/out"))
        self.assertEqual((sorted(os.listdir(self.project + "/home")), os.listdir(self.project + "/runs")), (["new", "rc"], ["out"]))

    def test_gpus(self):
        """Those of the allocation: this machine needs none."""
        job = self.submit("true", "--detach", call="c:gpus { count = 1 }").out.strip()
        self.assertIn("gpu:1", self.slurm.state(job)["TresPerNode"])

    def test_refused(self):
        """What is not allowed, and what cannot go there, is told before anything is queued."""
        before = self.dirs()
        self.write("cnnrun.lua", OPTIONS % 'c:network "host"')
        r = self.on("--detach", "./cnnrun.lua", where=WHERE)
        self.assertEqual(r.code, 125, r.err)
        self.nothing(before)
        cure = re.search("to allow it: cnnrun (.*)\n", r.err).group(1)
        self.assertEqual(cure, "allow --on ssh://box+slurm ./cnnrun.lua")
        r = self.run_cnnrun(*cure.split(), env=self.environment(), granted=False)
        self.assertEqual(r.code, 0, r.err)
        r = self.on("./cnnrun.lua", "--", "true", where=WHERE)
        self.assertEqual(r.code, 0, r.err)
        before = self.dirs()
        for call, says in (('c:mount("/usr/share", "/s", { readonly = true, carry = true })', "only files of the project go to a cluster"),
                           ('c:env_file "/etc/os-release"', "only files of the project go to a cluster")):
            logins = self.logins()
            self.write("cnnrun.lua", OPTIONS % call)
            r = self.on("--detach", "./cnnrun.lua", where=WHERE)
            self.assertEqual(r.code, 125, r.err)
            self.assertIn(says, r.err)
            self.assertEqual(self.logins(), logins)
            self.nothing(before)

    def test_dry_run(self):
        """The script, and nobody is asked."""
        self.write("cnnrun.lua", OPTIONS % "")
        logins = self.logins()
        r = self.on("--dry-run", "./cnnrun.lua", where=WHERE + ":gpu")
        self.assertEqual(r.code, 0, r.err)
        self.assertIn("#SBATCH --partition=gpu\n", r.out)
        self.assertEqual(self.logins(), logins)

    def test_no_partition(self):
        """What sbatch does not take leaves nothing, there and here."""
        before = self.dirs()
        self.profile_of()
        r = self.on("--detach", "--slurm", "account=x", "./cnnrun.lua", where=WHERE + ":nowhere")
        self.assertEqual(r.code, 125, r.err)
        self.nothing(before)

    def test_other_version(self):
        before = self.dirs()
        self.there_is('shift 2; exec %s/there/away job-take 0.0.1 "$@"\n' % self.top)
        r = self.submit("true", "--detach", code=2)
        self.assertRegex(r.err, "the job comes from cnnrun 0.0.1, and here is .*: have the same on both machines")
        self.nothing(before)

    def test_broken(self):
        """The connection breaks while the files go: nothing is queued, and that is said."""
        before = self.dirs()
        self.write("large", "x" * (8 << 20))
        self.profile_of()
        self.there_is("head -c 100000 >/dev/null; touch %s/got; sleep 600\n" % self.top)
        p = self.begin("--detach", "./cnnrun.lua", where=WHERE)
        kit.wait_for(lambda: os.path.exists(self.top + "/got"), 60, "some of the files")
        self.unplug()
        out, err = p.communicate(timeout=60)
        self.assertEqual((p.returncode, out), (125, ""), err)
        self.assertIn("broke; nothing is queued\n", err)
        self.nothing(before)
