# SPDX-License-Identifier: MIT
"""jobs, and cancel: what is said of jobs is what became of them."""
import json
import os
import re

import jobs_kit
import kit
from pty_session import Session

JSONL = """{"run":"x","steps":80}
{"step":39,"loss":0.9}
{"epoch":1,"step":40,"test_acc":0.625}
{"step":41,"loss":0.5}
"""


class Jobs(jobs_kit.Case):
    def listed(self, *words):
        return json.loads(self.cnn("jobs", "--json", *words).out)

    def one(self, job):
        return next(j for j in self.listed() if j["job"] == job)

    def test_states(self):
        """Waiting, running, done, failed, cancelled; where the cluster has forgotten it, what it left itself, else unknown."""
        done, failed = self.job("true"), self.job("exit 9")
        killed = self.job("sleep 1000")
        running = self.job("echo here; sleep 1000")
        for job in done, failed:
            self.slurm.ended(job)
        kit.wait_for(lambda: self.one(killed)["state"] == "running", 30, "its start")
        self.slurm.said("scontrol", "update", "NodeName=n1,n2", "State=drain", "Reason=test")
        waiting = self.job("true")
        self.assertEqual([(j["job"], j["state"], j.get("status")) for j in self.listed()][:5],
                         [(waiting, "waiting", None), (running, "running", None), (killed, "running", None),
                          (failed, "failed", 9), (done, "done", 0)])
        task = self.listed(waiting)[0]["tasks"][0]
        self.assertNotIn("on", task)
        self.assertTrue(task["why"])
        self.assertEqual(self.listed(running)[0]["tasks"][0]["on"], "n1")
        self.assertEqual(self.cnn("jobs", "--ids").out.split()[:3], [waiting, running, killed])
        self.slurm.said("scontrol", "update", "NodeName=n1,n2", "State=resume")
        self.assertEqual(self.cnn("cancel", killed, running).out, killed + "\n" + running + "\n")
        self.assertEqual({self.one(j)["state"] for j in (killed, running)}, {"cancelled"})
        self.assertIn("has ended already", self.cnn("cancel", done).err)
        self.assertIn("there is no job 99999", self.cnn("cancel", "99999", code=125).err)
        self.slurm.ended(waiting)
        os.remove(os.path.join(self.dir, "exit.json"))
        self.assertEqual(self.one(waiting)["state"], "done")
        self.slurm.forget()
        self.assertEqual([self.one(j)["state"] for j in (waiting, failed, done)], ["unknown", "failed", "done"])
        again = self.job("exit 4")
        self.slurm.ended(again)
        mine = [j for j in self.listed() if j["job"] == again]
        self.assertEqual(mine[0]["status"], 4)
        self.env = {"SLURM_CONF": "/nonexistent"}
        r = self.cnn("jobs")
        self.assertIn("nobody knows more", r.err)
        self.assertRegex(r.out, r"(?m)^%s +cnnrun\.lua +failed +4 " % again)

    def test_submitter_killed(self):
        """Whoever submitted it is killed before he has its number: once it runs, it is known all the same."""
        r = self.cnn(*self.words("sleep 1000", "--detach", "--slurm", "begin=now+3"))
        job = r.out.strip()
        os.remove(re.search(r"its output: (\S+)/log", r.err).group(1) + "/job")

        def known():  # another cluster's, before, may have had the number
            return self.cnn("jobs", "--ids").out.split().count(job)
        before = known()
        kit.wait_for(lambda: known() == before + 1, 30)
        self.cnn("cancel", job)

    def test_progress(self):
        """A task's row has how far it is, by the trainer's log of this job or the last line; not by one that leads elsewhere."""
        job = self.job("mkdir logs; echo '%s' >logs/train.jsonl; echo said; " % JSONL.strip() + self.until("go") + "rm go; exit 3")
        kit.wait_for(lambda: "said" in self.log(), 30)
        task = self.listed(job)[0]["tasks"][0]
        self.assertEqual((task["step"], task["steps"], task["loss"], task["acc"]), (41, 80, 0.5, 0.625))
        r = self.cnn("jobs", job)
        self.assertRegex(r.out, r"%s +running +- +n1 +41/80 +\d+ s +loss 0\.5000 acc 0\.6250\n" % job)
        s = Session("jobs", "--watch", job, uid=self.uid, cwd=self.project, env=self.env, granted=False, cols=60)
        self.addCleanup(s.close)
        s.expect("running")
        os.rename(self.project + "/logs/train.jsonl", self.project + "/moved")
        other = self.write("../other.jsonl", JSONL)
        self.addCleanup(os.remove, other)
        os.symlink(other, self.project + "/logs/train.jsonl")
        s.expect("\x1b[2A\x1b[J")
        s.expect("said")
        self.write("go", "")
        s.expect("failed")
        self.assertEqual(s.wait(), 0)
        for line in re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", s.seen).splitlines():
            self.assertLessEqual(len(line), 60)

    def test_typed_variable(self):
        """A variable that looks like a secret goes with a job whose user typed its name."""
        r = self.run_cnnrun(*self.words("echo $MY_TOKEN", "--env", "MY_TOKEN"), env=dict(self.env, MY_TOKEN="hush-hush"), granted=False)
        self.assertEqual((r.code, r.out), (0, "hush-hush\n"), r.err)
