# SPDX-License-Identifier: MIT
"""Sweeps as arrays of a real Slurm: a folder a task, order among jobs, what is only sbatch's."""
import json
import os
import re
import time

import jobs_kit
import kit

PROFILE = """local cnn = require "cnnrun"
return cnn.profile { about = "a sweep",
	options = { lr = { default = "none" }, net = { default = "bridge" } },
	setup = function(c, opt)
		c:image "busybox"
		c:mount(".", "/w"):workdir "/w"
		c:env { LR = opt.lr }:network(opt.net)
		c:limit { cpus = 2 }
		%s
	end }
"""
TWELVE = "c:sweep { lr = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 } }"


class Sweep(jobs_kit.Case):
    def submit(self, call, script, *options, code=0, allowed=True, **more):
        self.write("cnnrun.lua", PROFILE % call)
        if allowed:
            kit.allow("./cnnrun.lua", uid=self.uid, cwd=self.project)
        r = self.cnn("--on", "slurm", *options, "./cnnrun.lua", "--", "sh", "-c", script, code=code, **more)
        found = re.search(r"output: (\S+?)/(task\.\*/)?log", r.err)
        self.dir = found and found.group(1)
        return r

    def file(self, task, name):
        with open("%s/task.%d/%s" % (self.dir, task, name)) as f:
            return f.read()

    def test_twelve(self):
        """Twelve tasks on two nodes, two at once on each: the one that fails is said, the others are done."""
        r = self.submit(TWELVE, 'echo "lr $LR"; touch "done.$LR"; [ "$LR" != 7 ] || exit 3', code=3, timeout=180)
        self.assertIn("cnnrun: task 6 of 12 failed: --lr=7: status 3\n", r.err)
        self.assertEqual(r.err.count("failed"), 1, r.err)
        for task in range(12):
            self.assertIn("lr %d\n" % (task + 1), self.file(task, "log"))
            self.assertEqual(json.loads(self.file(task, "exit.json"))["status"], 3 if task == 6 else 0)
            self.assertEqual(json.loads(self.file(task, "plan.json"))["words"], "--lr=%d" % (task + 1))
            for name in "plan.json", "variables.json":
                self.assertEqual(os.stat("%s/task.%d/%s" % (self.dir, task, name)).st_mode & 0o777, 0o600)
            self.assertEqual(os.stat("%s/done.%d" % (self.project, task + 1)).st_uid, self.uid)

    def test_again(self):
        """A task that asks to go on is queued again alone, even the one whose number the array has."""
        r = self.submit("c:sweep { lr = { 1, 2, 3 } }:retries(1)",
                       'echo x >>"n.$LR"; [ "$LR" = 1 ] || [ "$(wc -l <"n.$LR")" = 2 ] || exit 75', "--detach")
        job = r.out.strip()
        kit.wait_for(lambda: [self.again(task) for task in range(3)] == [False, True, True], 60, "second turns")
        for task in 1, 2:
            self.slurm.again("%s_%d" % (job, task))
        kit.wait_for(lambda: all(os.path.exists("%s/task.%d/exit.json" % (self.dir, i)) for i in range(3)), 180, "ends")
        for lr, n in (1, 1), (2, 2), (3, 2):
            with open("%s/n.%d" % (self.project, lr)) as f:
                self.assertEqual(len(f.readlines()), n, lr)

    def again(self, task):
        return os.path.exists("%s/task.%d/retried" % (self.dir, task))

    def test_order(self):
        """After a job that ended well; one that never can is cancelled and waits for nothing; options are sbatch's."""
        first = self.job("exit 4")
        comment = self.submit("c:after(%s)" % first, "true", "--detach", "--slurm", "comment=a # b, c").out.strip()
        last = self.submit("", "echo late", "--detach", "--after", first + ":any").out.strip()
        self.assertEqual(self.slurm.ended(comment, 30)["JobState"], "CANCELLED")
        self.assertIn("Comment=a # b, c", self.slurm.said("scontrol", "show", "job", comment))
        self.assertEqual(self.slurm.ended(last, 30)["JobState"], "COMPLETED")
        with open(self.dir + "/log") as f:
            self.assertEqual(f.read(), "late\n")

    def test_environment(self):
        """What the user's environment says to sbatch changes nothing of what the plan says."""
        said = {"SBATCH_TIMELIMIT": "7", "SBATCH_ARRAY_INX": "0-3", "SBATCH_NO_REQUEUE": "1", "SBATCH_PARTITION": "nosuch"}
        env = dict(self.env, **said)
        self.write("cnnrun.lua", PROFILE % 'c:time "1h"')
        kit.allow("./cnnrun.lua", uid=self.uid, cwd=self.project)
        r = self.run_cnnrun("--on", "slurm:test", "--detach", "./cnnrun.lua", "--", "true", env=env, granted=False)
        self.assertEqual(r.code, 0, r.err)
        state = self.slurm.state(r.out.strip())
        self.assertEqual((state["TimeLimit"], state["Requeue"], state.get("ArrayJobId")), ("01:00:00", "1", None))

    def test_rights(self):
        """What any task needs is refused before anything is queued, and what the refusal names lets all run."""
        call = 'c:sweep { lr = { 1 }, net = { "bridge", "host" } }'
        r = self.submit(call, "true", code=125)
        self.assertEqual(r.err.count("\n"), 1, r.err)
        self.assertFalse(os.listdir(self.home + "/.local/state/cnnrun/jobs") if self.dir else [])
        cure = re.search("to allow it: cnnrun (.*)", r.err).group(1).split()
        self.assertEqual(self.run_cnnrun(*cure, env=self.env, granted=False).code, 0)
        self.submit(call, "true", allowed=False, timeout=120)
        rights = [json.loads(self.file(task, "plan.json"))["rights"] for task in range(2)]
        self.assertNotIn("network", str(rights[0]))
        self.assertIn("network", str(rights[1]))

    def test_too_many(self):
        """More than the cluster takes in one job is said with its line; nothing is queued."""
        values = ", ".join(str(i) for i in range(1002))
        r = self.submit("c:sweep { lr = { %s } }" % values, "true", code=125)
        self.assertIn("cnnrun.lua:9: sweep: 1002 tasks, and this cluster takes 1001 in one job", r.err)

    def test_thousand(self):
        """A thousand tasks in one call."""
        values = ", ".join(str(i) for i in range(1000))
        began = time.monotonic()
        r = self.submit("c:sweep { lr = { %s } }" % values, "true", "--detach", "--slurm", "hold", timeout=300)
        took = time.monotonic() - began
        job = r.out.strip()
        self.assertEqual(self.slurm.said("squeue", "-h", "-r", "-j", job, "-o", "%i").count("\n"), 999)
        self.assertEqual(json.loads(self.file(999, "plan.json"))["words"], "--lr=999")
        used = sum(os.lstat(os.path.join(top, n)).st_blocks * 512 for top, dirs, names in os.walk(self.dir)
                   for n in dirs + names if n != "variables.json")
        print("1,000 tasks: %.1f s, %.1f MiB" % (took, used / 2**20))
        self.slurm.said("scancel", job)
