# SPDX-License-Identifier: MIT
"""Four ranks of the trainer on two nodes are one run: they take one process's steps, and end together."""
import os
import re
import signal
import time

import kit
import trainer_kit

RESULT = re.compile(r"avg_loss = \S+")
FOUR = 'c:network "host":nodes(2):tasks { per_node = 2 }'


class Ranks(trainer_kit.Case):
    def run_four(self, words, env=""):
        return self.job(env + trainer_kit.RUN + words, FOUR)

    def process(self, job, rank):
        """The trainer of that rank, once it has trained."""
        kit.wait_for(lambda: os.path.exists(self.project + "/long/train.jsonl") and self.losses("long"), 60, "a step")
        for c in kit.engine.containers().values():
            if c["Labels"].get("cnnrun.job") == job:
                one = kit.engine.inspect(c["Id"])
                if "RANK=%d" % rank in one["Config"]["Env"]:
                    return one["State"]["Pid"]
        return self.fail("no rank %d" % rank)

    def test_one_run(self):
        """They say one result, and their losses are those of one process."""
        job = self.job(trainer_kit.RUN + "--log_dir one --max_steps 4", "")
        self.assertEqual(self.slurm.ended(job)["ExitCode"], "0:0", self.log())
        alone = RESULT.findall(self.log())
        job = self.run_four("--log_dir four --max_steps 4")
        self.assertEqual(self.slurm.ended(job)["ExitCode"], "0:0", self.log())
        self.assertEqual((len(alone), RESULT.findall(self.log())), (1, alone))
        one, four = self.losses("one"), self.losses("four")
        self.assertEqual(len(four), 4)
        for a, b in zip(one, four):
            self.assertLess(abs(a - b), 2e-4 * a)
        self.assertEqual(self.exit()["tasks"], [0] * 4)

    def test_one_dies(self):
        """A rank is killed: all have ended within 15 s, with its status and not that of those who were ended."""
        for victim in 2, 0:
            job = self.run_four("--log_dir long --overwrite --num_epochs 1000")
            pid = self.process(job, victim)
            os.kill(pid, signal.SIGKILL)
            killed = time.monotonic()
            end = self.slurm.ended(job, 20)
            self.assertLess(time.monotonic() - killed, 15)
            self.assertEqual(end["ExitCode"], "137:0", self.log())
            self.assertEqual((self.exit()["status"], self.exit()["tasks"][victim]), (137, 137))
            self.assertIn("task %d failed first, with status 137" % victim, self.log())
            kit.wait_for(lambda: not kit.engine.containers(), 5, "the end of its containers")
            os.remove(self.project + "/long/train.jsonl")
