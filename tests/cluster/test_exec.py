# SPDX-License-Identifier: MIT
"""exec in the container of a job, on the node where it runs."""

import jobs_kit
import kit
from pty_session import Session


class Exec(jobs_kit.Case):
    def test_exec(self):
        """A command in a job's container has its files, its variables and its status, the streams of who asks, and a terminal."""
        job = self.job("echo up; " + self.until("go"), "c:env { OF_JOB = 'yes' }")
        kit.wait_for(lambda: "up" in self.log(), 30)
        r = self.cnn("exec", "-e", "A=1", "-w", "/", job, "--", "sh", "-c", "cat; pwd; echo $OF_JOB $A $B; ls /w; exit 7", code=7,
                     input="from outside\n")
        self.assertEqual(r.out.split(), ["from", "outside", "/", "yes", "1", "cnnrun.lua"])
        self.assertEqual(r.err, "")
        env = dict(self.env, B="hidden")
        r = self.run_cnnrun("exec", "-e", "B", job, "sh", "-c", "echo $B", env=env, granted=False)
        self.assertEqual((r.code, r.out), (0, "hidden\n"), r.err)
        self.assertEqual(self.cnn("exec", job, "nosuch", code=127).code, 127)
        s = Session("exec", job, uid=self.uid, cwd=self.project, env=self.env, granted=False)
        self.addCleanup(s.close)
        s.send("stty size; exit 5\n")
        s.expect("24 80")
        self.assertEqual(s.wait(), 5)
        self.assertTrue(s.restored())
        self.write("go", "")
        self.slurm.ended(job)
        self.assertIn("job %s does not run: it is done" % job, self.cnn("exec", job, "true", code=125).err)

    def test_ranks(self):
        """Each rank has its own container, the first without a word, wherever it is; a container's name counts first."""
        job = self.job("echo up; " + self.until("go"), "c:network 'host':nodes(2):tasks { per_node = 2 }")
        kit.wait_for(lambda: self.log().count("up") == 4, 60)
        for word, rank in (job, 0), (job + "/1", 1), (job + "/3", 3):
            self.assertEqual(self.cnn("exec", word, "sh", "-c", "echo $RANK $NODE_RANK").out, "%d %d\n" % (rank, rank // 2))
        self.assertIn("has 4 ranks", self.cnn("--on", "slurm", "exec", job + "/4", "true", code=125).err)
        self.write("go", "")
        self.slurm.ended(job)
