# SPDX-License-Identifier: MIT
"""A job that asks to go on is queued again; nothing else is, and nothing that was ended counts as done."""
import os

import jobs_kit
import kit


class Again(jobs_kit.Case):
    def lines(self):
        with open(self.project + "/n") as f:
            return f.read()

    def test_again(self):
        """It asks to go on and is queued again, for as long as it may; its log goes on."""
        job = self.job("echo x$SLURM_RESTART_COUNT | tee -a n; exit 75", "c:retries(1)")
        self.assertEqual(self.slurm.ended(job)["ExitCode"], "75:0", self.log())
        self.assertEqual(self.lines(), "x0\nx1\n")
        self.assertEqual([x for x in self.log().splitlines() if x[0] == "x"], ["x0", "x1"])
        said = self.exit()
        self.assertEqual((said["status"], said["turn"], said["tasks"]), (75, 1, [75]))

    def test_never(self):
        """What went wrong is not tried again: usage, no program, cnnrun's own failure."""
        jobs = [self.job("echo x >>n; exit %d" % status, "c:retries(3)") for status in (1, 2, 125, 126, 127)]
        for job, status in zip(jobs, (1, 2, 125, 126, 127)):
            self.assertEqual(self.slurm.ended(job)["ExitCode"], "%d:0" % status)
            self.assertNotIn(self.slurm.state(job).get("Restarts"), ("1", "2"))
        self.assertEqual(self.lines(), "x\n" * 5)

    def test_uncounted(self):
        """What the administrator requeues is not counted; nor is what it ended with then a status."""
        job = self.job("echo x >>n; [ $SLURM_RESTART_COUNT != 0 ] || { trap 'exit 0' TERM; while :; do sleep 0.2; done; }; exit 75",
                       "c:retries(1)")
        kit.wait_for(lambda: os.path.exists(self.project + "/n"), 30, "its start")
        self.slurm.said("scontrol", "requeue", job)
        kit.wait_for(lambda: os.path.exists(self.dir + "/exit.json"), 20, "its end")
        said = self.exit()
        self.assertEqual((said.get("status"), said["signal"]), (None, "TERM"))
        self.assertRegex(self.cnn("jobs").out, "(?m)^%s +cnnrun.lua +(waiting|running) " % job)
        self.assertEqual(self.slurm.ended(job)["ExitCode"], "75:0", self.log())
        self.assertEqual((self.lines(), self.exit()["turn"]), ("x\n" * 3, 2))

    def test_cancelled(self):
        """Who ends well when he is told to end is not done."""
        job = self.job("trap 'exit 0' TERM; touch n; while :; do sleep 0.2; done")
        kit.wait_for(lambda: os.path.exists(self.project + "/n"), 30, "its start")
        self.slurm.said("scancel", job)
        self.assertEqual(self.slurm.ended(job)["JobState"], "CANCELLED")
        self.assertEqual((self.exit().get("status"), self.exit()["signal"]), (None, "TERM"))
        self.assertRegex(self.cnn("jobs").out, "(?m)^%s +cnnrun.lua +cancelled " % job)

    def test_twice(self):
        """The same run started twice by hand: one is it, the other says which, and leaves its end alone."""
        job = self.job("echo x >>n; " + self.until("go") + "exit 9")
        kit.wait_for(lambda: os.path.exists(self.project + "/n"), 30, "its start")
        again = self.slurm.said("sh", "-c", 'cd "$1" && setpriv --reuid %d --regid %d --clear-groups env SLURM_JOB_ID=%s '
                                'SLURMD_NODENAME=n2 sh job.sh "$1" %s 2>&1; echo $?' % (self.uid, self.uid, job, kit.CNNRUN), "sh", self.dir)
        self.assertIn("this run has begun already: job %s on n" % job, again)
        self.assertTrue(again.endswith("\n125"), again)
        r = self.run_cnnrun("node-run", self.dir, env={"SLURM_JOB_ID": job, "SLURM_PROCID": "0"}, granted=False)
        self.assertEqual(r.code, 125)
        self.assertRegex(r.err, "task 0 of this run has begun already: job %s on n[12], process [0-9]+, since " % job)
        self.write("go", "")
        self.assertEqual(self.slurm.ended(job)["ExitCode"], "9:0", self.log())
        self.assertEqual((self.lines(), self.exit()["status"]), ("x\n", 9))
