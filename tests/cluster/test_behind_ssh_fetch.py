# SPDX-License-Identifier: MIT
"""What a job of a cluster behind ssh makes of the project comes home, and nothing else does."""
import glob
import json
import os
import re
import shutil
import signal

import kit
from behind_kit import WHERE, BehindSsh
from jobs_kit import PROFILE


class Fetch(BehindSsh):
    def setUp(self):
        super().setUp()
        self.state = os.environ.get("XDG_STATE_HOME", os.environ["HOME"] + "/.local/state") + "/cnnrun/carry"

    def profile_of(self, call=""):
        self.write("cnnrun.lua", PROFILE % call)
        self.allow("./cnnrun.lua", where=WHERE)

    def submit(self, script, *options, code=0):
        r = self.on(*options, "./cnnrun.lua", "--", "sh", "-c", script, where=WHERE)
        self.assertEqual(r.code, code, r.out + r.err)
        return r

    def detach(self, script):
        r = self.submit(script, "--detach")
        self.assertIn("what it makes comes home by: cnnrun --on ssh://box+slurm fetch %s\n" % r.out.strip(), r.err)
        return r.out.strip()

    def fetch(self, *words, code=0):
        r = self.on("fetch", *words, where=WHERE)
        self.assertEqual(r.code, code, r.out + r.err)
        return r

    def read(self, name):
        with open(self.project + "/" + name) as f:
            return f.read()

    def awaited(self):
        found = []
        for path in glob.glob(self.state + "/*/about"):
            with open(path) as f:
                found += [path] * (json.load(f)["project"] == self.project)
        return found

    def snapshot(self):
        return max(glob.glob(self.there["XDG_STATE_HOME"] + "/cnnrun/jobs/*/snapshot"), key=os.path.getmtime)

    def stops_on_the_way(self):
        """The other side is mute after a megabyte."""
        self.there_is('case "$*" in *job-give*) %s/there/away "$@" | { dd bs=4096 count=300 2>/dev/null; touch %s/got; sleep 600; } ;; '
                      '*) exec %s/there/away "$@" ;; esac\n' % (self.top, self.top, self.top))
        self.addCleanup(lambda: os.path.exists(self.top + "/got") and os.remove(self.top + "/got"))

    def test_followed(self):
        """At its end: what is new or changed, whole, with its time; whatever the job's status is."""
        for name in ("same", "changed", "removed"):
            self.write(name, "before\n")
        os.utime(self.project + "/same", (0, 0))
        self.profile_of()
        r = self.submit('echo after >changed; rm removed; mkdir -p a/b; head -c 300000 /dev/urandom >a/b/large; md5sum <a/b/large; '
                        'echo x >tool; chmod +x tool; ln -s /etc link; exit 9', code=9)
        self.assertEqual((self.read("same"), self.read("changed"), self.read("removed")), ("before\n", "after\n", "before\n"))
        self.assertIn(kit.tool("md5sum", self.project + "/a/b/large").split()[0], r.out)
        self.assertEqual(os.stat(self.project + "/same").st_mtime, 0)
        self.assertTrue(os.access(self.project + "/tool", os.X_OK))
        self.assertFalse(os.path.lexists(self.project + "/link"))
        self.assertRegex(r.err, "cnnrun: .*: 3 files came home\n")
        self.assertRegex(r.err, "1 file was removed over there; nothing is removed here")
        self.assertEqual(self.awaited(), [])

    def test_while_it_runs(self):
        """As often as one likes, and once more after its end; then nothing is awaited."""
        self.profile_of()
        job = self.detach("echo one >out; touch began; " + self.until("go") + "echo two >>out")
        kit.wait_for(lambda: os.path.exists(self.snapshot() + "/began"), 60, "the job's first file")
        self.fetch(job)
        self.assertEqual(self.read("out"), "one\n")
        self.fetch(job)
        self.assertEqual(len(self.awaited()), 1)
        kit.tool("touch", self.snapshot() + "/go")
        self.slurm.ended(job)
        self.fetch()
        self.assertEqual(self.read("out"), "one\ntwo\n")
        self.assertEqual(self.awaited(), [])
        self.assertIn("no job's files are awaited", self.fetch(code=125).err)
        self.assertIn("nothing of job %s is awaited" % job, self.fetch(job, code=125).err)

    def test_both_changed(self):
        """Nothing of this side's is lost."""
        self.write("notes", "before\n")
        self.profile_of()
        job = self.detach("echo theirs >notes; echo theirs >new; echo alike >alike")
        self.write("notes", "mine\n")
        self.write("new", "mine\n")
        self.write("alike", "alike\n")
        self.slurm.ended(job)
        r = self.fetch(job)
        self.assertEqual([self.read(n) for n in ("notes", "new", "notes.remote", "new.remote")], ["mine\n", "mine\n", "theirs\n", "theirs\n"])
        self.assertFalse(os.path.exists(self.project + "/alike.remote"))
        self.assertIn("notes changed on both sides", r.err)

    def test_obeyed_unasked(self):
        """What programs of this side obey stays there: profiles, a repository's own files."""
        kit.tool("git", "-C", self.project, "init", "-q")
        self.profile_of()
        mine = self.read("cnnrun.lua")
        r = self.submit("mkdir -p .git/hooks profiles; echo evil >.git/hooks/post-checkout; echo evil >profiles/x.lua; "
                        "echo evil >cnnrun.lua; echo fine >fine")
        self.assertEqual((self.read("fine"), self.read("cnnrun.lua")), ("fine\n", mine))
        for name in (".git/hooks/post-checkout", "profiles/x.lua"):
            self.assertFalse(os.path.exists(self.project + "/" + name), name)
        self.assertRegex(r.err, "changed over there and stay there: programs here would obey such unasked")

    def test_only_where_it_may_write(self):
        """A login host that is not honest gives no more than the job's grants let it make."""
        self.write("src/code", "mine\n")
        os.mkdir(self.project + "/runs")
        self.write("cnnrun.lua", (PROFILE % 'c:mount("runs", "/runs", { create = true })').replace('c:mount(".", "/w")', 'c:mount("src", "/w", { readonly = true })'))
        self.allow("./cnnrun.lua", where=WHERE)
        job = self.detach("echo out >/runs/out")
        self.slurm.ended(job)
        there = self.snapshot()
        os.chmod(there + "/src", 0o755)
        for name in ("src/code", "src/new", "top"):
            with open(there + "/" + name, "w") as f:
                f.write("evil\n")
        os.symlink("/etc", there + "/runs/etc")
        r = self.fetch(job)
        self.assertIn("3 files changed over there where nothing may write, and stay there", r.err)
        self.assertEqual((self.read("src/code"), self.read("runs/out"), os.listdir(self.project + "/src"), os.listdir(self.project + "/runs")),
                         ("mine\n", "out\n", ["code"], ["out"]))
        self.assertFalse(os.path.exists(self.project + "/top"))

    def test_nothing_to_write(self):
        """Where it may write nothing of the project nothing is awaited."""
        self.write("cnnrun.lua", PROFILE.replace('c:mount(".", "/w")', 'c:mount(".", "/w", { readonly = true })') % "")
        self.allow("./cnnrun.lua", where=WHERE)
        r = self.submit("true", "--detach")
        self.assertNotIn("comes home", r.err)
        self.assertEqual(self.awaited(), [])

    def test_sweep(self):
        """All of its tasks'."""
        self.write("cnnrun.lua", PROFILE.replace("setup =", 'options = { n = { default = "0" } }, setup =') %
                   "c:sweep { n = { 1, 2 } }:env { N = opt.n }")
        self.allow("./cnnrun.lua", where=WHERE)
        self.submit('echo "$N" >made.$N')
        self.assertEqual((self.read("made.1"), self.read("made.2")), ("1\n", "2\n"))

    def test_gone(self):
        """What the login host does not keep is said once, and awaited no longer."""
        self.profile_of()
        job = self.detach("true")
        self.slurm.ended(job)
        shutil.rmtree(os.path.dirname(self.snapshot()))
        self.assertIn("does not keep its files any more", self.fetch(job, code=125).err)
        self.assertEqual(self.awaited(), [])

    def test_broken(self):
        """The connection breaks on the way: nothing here is half of it, and fetch goes on."""
        self.write("a", "before\n")
        self.profile_of()
        job = self.detach("echo after >a; head -c 50000000 /dev/urandom >large")
        self.slurm.ended(job)
        self.stops_on_the_way()
        p = self.begin("fetch", job, where=WHERE)
        kit.wait_for(lambda: os.path.exists(self.top + "/got"), 60, "some of the files")
        self.unplug()
        out, err = p.communicate(timeout=60)
        self.assertEqual((p.returncode, out), (125, ""), err)
        self.assertRegex(err, "the connection to .* broke")
        self.assertEqual([n for n in os.listdir(self.project) if re.match("large|\\.cnnrun", n)], [])
        self.plug()
        shutil.copy(self.top + "/there/away", self.top + "/there/cnnrun")
        self.fetch(job)
        self.assertEqual((self.read("a"), os.path.getsize(self.project + "/large")), ("after\n", 50000000))


    def test_interrupted(self):
        """Ctrl-C on the way: nothing here is half of it, its status is that of a Ctrl-C, and it is said how to go on."""
        self.profile_of()
        script = "head -c 50000000 /dev/urandom >large"
        self.stops_on_the_way()
        p = self.begin("./cnnrun.lua", "--", "sh", "-c", script, where=WHERE)
        kit.wait_for(lambda: os.path.exists(self.top + "/got"), 60, "some of the files")
        p.send_signal(signal.SIGINT)
        _, err = p.communicate(timeout=60)
        self.assertEqual(p.returncode, 130, err)
        self.assertRegex(err, "did not all come home: interrupted; to go on: cnnrun --on ssh://box\\+slurm fetch [0-9]+\n")
        self.assertEqual([n for n in os.listdir(self.project) if re.match("large|\\.cnnrun", n)], [])
        shutil.copy(self.top + "/there/away", self.top + "/there/cnnrun")
        self.fetch()
        self.assertEqual(os.path.getsize(self.project + "/large"), 50000000)
