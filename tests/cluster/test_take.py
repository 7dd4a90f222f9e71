# SPDX-License-Identifier: MIT
"""A job that another machine's cnnrun froze and hands over: job-take, as the other end of ssh calls it."""
import json
import os
import re
import stat
import tempfile

import jobs_kit
import kit

PROFILE = jobs_kit.PROFILE.replace("setup =", 'options = { n = { default = "0" } }, setup =')
END = b"e 0 0 0 .\0"


def entry(path, data=b"", kind="f", mode="644"):
    return ("%s %s %d 0 %s" % (kind, mode, len(data), path)).encode() + b"\0" + data


class Take(jobs_kit.Case):
    def setUp(self):
        super().setUp()
        self.there = tempfile.mkdtemp(prefix="there.", dir=kit.SCRATCH)
        os.chown(self.there, self.uid, self.uid)
        self.version = re.match(r"cnnrun (\S+)", self.cnn("version").out).group(1)

    def frozen(self, script, call=""):
        """Of a job that was submitted from the project, which is away afterwards: what would come of it."""
        self.slurm.said("scontrol", "update", "PartitionName=test", "State=DOWN")
        self.addCleanup(self.slurm.said, "scontrol", "update", "PartitionName=test", "State=UP")
        self.write("cnnrun.lua", PROFILE % call)
        kit.allow("./cnnrun.lua", uid=self.uid, cwd=self.project)
        r = self.cnn("--on", "slurm", "--detach", "./cnnrun.lua", "--", "sh", "-c", script)
        top = re.search(r"output: (\S+?)/(task\.\*/)?log", r.err).group(1)
        self.slurm.said("scancel", r.out.strip())
        self.slurm.said("scontrol", "update", "PartitionName=test", "State=UP")
        parts = []
        for where, _, names in os.walk(top):
            for name in names:
                below = os.path.relpath(os.path.join(where, name), top)
                if name == "plan.json" or below in ("variables.json", "job.sh"):
                    with open(os.path.join(where, name), "rb") as f:
                        parts.append(entry(below, f.read()))
        os.rename(self.project, self.project + ".away")
        os.mkdir(self.project)
        return parts + [entry("snapshot/word", b"of the snapshot\n"), entry("snapshot/sub/run", b"#!/bin/sh\n", mode="755"),
                        entry("snapshot/link", b"/nowhere", "l")]

    def take(self, stream, code=0, version=None, **more):
        path = os.path.join(kit.SCRATCH, "stream")
        with open(path, "wb") as f:
            f.write(stream)
        env = dict(self.env, XDG_STATE_HOME=self.there)
        with open(path, "rb") as f:
            r = self.run_cnnrun("job-take", version or self.version, env=env, granted=False, stdin=f, **more)
        self.assertEqual(r.code, code, (r.out or "") + r.err)
        if not code:
            said = json.loads(r.out)
            self.dir = said["directory"]
            self.assertTrue(self.dir.startswith(self.there + "/cnnrun/jobs/"))
            return said["job"]
        return r.err

    @staticmethod
    def changed(parts, how):
        """Its plan is another."""
        old = next(p for p in parts if b" plan.json\0" in p)
        plan = json.loads(old.split(b"\0", 1)[1])
        how(plan)
        return [p for p in parts if p != old] + [entry("plan.json", json.dumps(plan).encode())]

    def nothing(self):
        """Neither queued nor left behind."""
        jobs = os.path.join(self.there, "cnnrun/jobs")
        self.assertEqual(os.listdir(jobs) if os.path.isdir(jobs) else [], [])
        self.assertEqual(self.slurm.said("squeue", "-h"), "")

    def test_runs(self):
        """It runs the snapshot where it came to, and what it writes is the account's; its status is known there."""
        parts = self.frozen("cat word; echo made >made; exit 9")
        job = self.take(b"".join(parts) + END)
        self.slurm.ended(job)
        self.assertIn("of the snapshot\n", self.log())
        self.assertEqual(self.exit()["status"], 9)
        self.assertEqual(os.stat(self.dir + "/snapshot/made").st_uid, self.uid)
        self.assertEqual(os.readlink(self.dir + "/snapshot/link"), "/nowhere")
        self.assertTrue(os.access(self.dir + "/snapshot/sub/run", os.X_OK))
        self.assertEqual(os.listdir(self.project), [])
        self.assertEqual(stat.S_IMODE(os.stat(self.dir).st_mode), 0o700)
        for name, mode in ("plan.json", 0o600), ("variables.json", 0o600), ("job.sh", 0o700):
            self.assertEqual(stat.S_IMODE(os.stat(self.dir + "/" + name).st_mode), mode, name)

    def test_paths(self):
        """Paths of the project are paths of the snapshot, what did not come too; others stay as they are."""
        os.mkdir(self.project + "/runs")
        os.chown(self.project + "/runs", self.uid, self.uid)
        parts = self.frozen("true", call='c:mount("%s/runs", "/runs"):mount("/usr/share", "/s", { readonly = true })' % self.project)
        self.take(b"".join(self.changed(parts, lambda plan: plan["rights"].append({"git_write": self.project + "/sub"}))) + END)
        text = self.read("plan.json")
        self.assertNotIn(self.project, text)
        plan = json.loads(text)
        self.assertEqual(plan["project"], self.dir + "/snapshot")
        self.assertEqual(plan["profile"], self.dir + "/snapshot/cnnrun.lua")
        self.assertIn({"write": self.dir + "/snapshot/runs"}, plan["rights"])
        self.assertIn({"read": "/usr/share"}, plan["rights"])
        self.assertIn({"git_write": self.dir + "/snapshot/sub"}, plan["rights"])

    def test_tar(self):
        """A tar that it is to have is made where the job came to, and no path of the other machine's counts."""
        parts = self.changed(self.frozen("cat word"), lambda plan: plan["images"][0].update(tar="/etc/passwd"))
        job = self.take(b"".join(parts) + END)
        image = json.loads(self.read("plan.json"))["images"][0]
        self.assertEqual(image["tar"], "%s/cnnrun/jobs/images/%s.tar" % (self.there, image["id"].split(":")[1]))
        self.assertGreater(os.stat(image["tar"]).st_size, 0)
        self.assertEqual(self.slurm.ended(job)["ExitCode"], "0:0", self.log())

    def test_sweep(self):
        """A sweep comes as one array."""
        parts = self.frozen("cat word", call="c:sweep { n = { 1, 2 } }")
        job = self.take(b"".join(parts) + END)
        for task in 0, 1:
            kit.wait_for(lambda: os.path.exists("%s/task.%d/exit.json" % (self.dir, task)), 60, "the end of task %d" % task)
            self.assertEqual(self.read("task.%d/log" % task), "of the snapshot\n")
            self.assertEqual(os.stat(self.dir + "/task.%d/variables.json" % task).st_ino, os.stat(self.dir + "/variables.json").st_ino)
        self.assertTrue(job.isdigit())

    def test_cut(self):
        """Whatever the stream was cut at, nothing is queued and nothing left."""
        parts = self.frozen("true")
        whole = b"".join(parts)
        for n in 0, 5, len(parts[0]), len(parts[0]) + 9, len(whole) - 1, len(whole):
            self.assertIn("the job did not arrive whole, and nothing was queued; submit it again\n", self.take(whole[:n], 125))
            self.nothing()

    def test_foreign(self):
        """What may not be in there."""
        parts = self.frozen("true")
        for one in (entry("/etc/x"), entry("../x"), entry("snapshot/../../x"), entry("snapshot/"), entry("exit.json"),
                    entry("task.1/log"), entry("task.-1/plan.json"), entry("snapshot/a/./b"), entry("plan.json", b"/etc/passwd", "l"),
                    entry("snapshot/fifo", b"", "p"), entry("task.0/../plan.json"), entry("snapshotx/a")):
            self.assertIn("a job's directory has no such thing: ", self.take(b"".join(parts) + one + END, 125), one)
            self.nothing()
        self.take(b"".join(parts) + entry("snapshot/out", b"/tmp", "l") + entry("snapshot/out/through", b"x") + END, 125)
        self.nothing()
        self.assertFalse(os.path.exists("/tmp/through"))
        self.assertIn("plan.json", self.take(b"".join(parts) + parts[0] + END, 125))
        self.assertIn("is no job of cnnrun's", self.take(b"hello\0", 125))
        self.nothing()

    def test_incomplete(self):
        """A job without its plan; sbatch takes none."""
        parts = self.frozen("true")
        script = next(p for p in parts if b" job.sh\0" in p)
        self.assertIn("came without its job.sh", self.take(b"".join(p for p in parts if p != script) + END, 125))
        self.nothing()
        bad = entry("job.sh", b"#!/bin/sh\n#SBATCH --partition=nowhere\n")
        self.assertIn("sbatch took no job", self.take(b"".join(p for p in parts if p != script) + bad + END, 125))
        self.nothing()

    def test_unheard(self):
        """An answer that reaches nobody: the job is cancelled, and its directory gone."""
        parts = self.frozen("sleep 60")
        with open("/dev/full", "w") as full:
            self.assertIn("is cancelled: its number reaches nobody", self.take(b"".join(parts) + END, 125, stdout=full))
        kit.wait_for(lambda: self.slurm.said("squeue", "-h") == "", 30, "the end of the job")
        self.nothing()

    def test_other_version(self):
        """Said with both, before anything is read."""
        self.assertIn("comes from cnnrun 0.0.0, and here is %s: have the same on both machines\n" % self.version,
                      self.take(b"", 2, version="0.0.0"))
        self.nothing()
