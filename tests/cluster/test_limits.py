# SPDX-License-Identifier: MIT
"""The trainer's time is over before it is done: it saves, is queued again, and ends as if nothing had been."""
import os

import kit
import trainer_kit

JOB = 'c:time "%s":checkpoint { signal = "USR1", before = "50s" }:retries(%d)'
WORDS = "--log_dir %s --resume --interrupted_status 75 --num_epochs 1000000 --max_steps %d"


class Limits(trainer_kit.Case):
    def train(self, logs, call, steps=120):
        return self.job(trainer_kit.RUN + WORDS % (logs, steps), call)

    def steps(self, logs):
        path = "%s/%s/train.jsonl" % (self.project, logs)
        return len(self.losses(logs)) if os.path.exists(path) else 0

    def signal(self, job, logs, past):
        """As the scheduler does it before the time is over."""
        kit.wait_for(lambda: self.steps(logs) > past, 60, "a step of " + job)
        self.slurm.said("scancel", "--signal=USR1", job + ".0")

    def test_bits(self):
        """Saved, 75, requeued, resumed at the step: each once, and the weights are an undisturbed run's bit for bit."""
        undisturbed = self.train("whole", "")
        job = self.train("parts", JOB % ("30m", 3))
        for turn in 0, 1:
            self.signal(job, "parts", self.steps("parts") + 20)
            self.slurm.again(job, turn + 1)
        self.assertEqual(self.slurm.ended(job, 120)["ExitCode"], "0:0", self.log())
        self.assertEqual((self.exit()["turn"], self.exit()["status"]), (2, 0))
        with open(self.dir + "/retried") as f:
            self.assertEqual(f.read(), "2\n")
        self.assertEqual(self.slurm.ended(undisturbed, 120)["ExitCode"], "0:0")
        self.assertEqual(self.losses("parts"), self.losses("whole"))
        self.assertEqual(self.weights("parts"), self.weights("whole"))

    def test_no_more(self):
        """So often and no more: then it has failed with 75."""
        job = self.train("few", JOB % ("30m", 1), 100000)
        self.signal(job, "few", 0)
        self.slurm.again(job)
        self.signal(job, "few", self.steps("few"))
        self.assertEqual(self.slurm.ended(job, 60)["ExitCode"], "75:0", self.log())
        self.assertEqual((self.exit()["turn"], self.exit()["status"]), (1, 75))

    def test_time(self):
        """The scheduler's own clock: the signal comes in time; who does not heed it is over, and is not done."""
        job = self.train("timed", JOB % ("2m", 3), 1000000)
        first = self.dir
        deaf = self.job("trap 'exit 0' TERM; trap : USR1; touch up; while :; do sleep 0.2; done", JOB % ("2m", 3))
        at = self.dir
        self.dir = first
        self.slurm.again(job, 1, 120)
        self.assertFalse(os.path.exists(self.dir + "/exit.json"))
        self.assertGreater(self.steps("timed"), 0)
        self.slurm.said("scancel", job)
        self.assertEqual(self.slurm.ended(deaf, 240)["JobState"], "TIMEOUT")
        self.dir = at
        self.assertEqual((self.exit().get("status"), self.exit()["signal"]), (None, "TERM"))
        self.assertRegex(self.cnn("jobs").out, "(?m)^%s +cnnrun.lua +timed out " % deaf)
