# SPDX-License-Identifier: MIT
"""A job is followed to its end, whose status is cnnrun's; what it said is there again at any time."""
import os
import signal

import jobs_kit
import kit
from pty_session import Session


class Follow(jobs_kit.Case):
    def follow(self, script, **more):
        return self.start_cnnrun(*self.words(script), env=self.env, granted=False, **more)

    def said(self, p, text):
        """Reads its standard error up to that."""
        line = " "
        while line and text not in line:
            line = p.stderr.readline()
        self.assertIn(text, line)
        return line

    def terminal(self, script):
        s = Session(*self.words(script), uid=self.uid, cwd=self.project, env=self.env, granted=False)
        self.addCleanup(s.close)
        s.expect("begun\r\n")
        return s

    def number(self, p):
        return self.said(p, "its output").split(";")[0].split()[-1]

    def test_statuses(self):
        """A job's output is cnnrun's, and its status too, also where the cluster has forgotten both it and how it ended."""
        for script, status in ("echo out; echo err >&2; touch made; exit 9", 9), ("exit 0", 0):
            r = self.cnn(*self.words(script), code=status)
            if status:
                self.assertEqual([x for x in sorted(r.out.splitlines()) if "srun: " not in x], ["err", "out"], r.out)
        self.assertEqual(os.stat(self.project + "/made").st_uid, self.uid)
        self.cnn(*self.words("")[:-3], "nosuch", code=127)
        p = self.follow("echo a; " + self.until("go") + "echo b; exit 9")
        self.assertEqual(p.stdout.readline(), "a\n")
        p.send_signal(signal.SIGSTOP)
        self.write("go", "")
        kit.wait_for(lambda: self.slurm.said("squeue", "-h") == "", 30, "its end")
        self.slurm.forget()
        p.send_signal(signal.SIGCONT)
        self.assertEqual(p.wait(60), 9)
        self.assertTrue(p.stdout.read().startswith("b\n"))

    def test_leave(self):
        """Who is told to end leaves the job running and says how to go on; nothing of its log is lost or there twice."""
        for how in signal.SIGTERM, signal.SIGINT:
            p = self.follow("echo 1; " + self.until("go") + "rm go; echo 2")
            job = self.number(p)
            self.assertEqual(p.stdout.readline(), "1\n")
            p.send_signal(how)
            self.assertEqual(p.wait(20), 128 + how)
            self.assertIn("cnnrun logs -f " + job, self.said(p, "goes on"))
            self.assertEqual(self.slurm.state(job)["JobState"], "RUNNING")
            self.write("go", "")
            self.assertEqual(self.cnn("logs", "-f", job).out, "1\n2\n")

    def test_ask(self):
        """Ctrl-C asks once: stay with it, cancel it, leave it."""
        s = self.terminal("echo begun; " + self.until("go") + "echo ended; exit 3")
        s.send("\x03")
        s.expect("[S/c/l] ")
        s.send("s\n")
        self.write("go", "")
        s.expect("ended\r\n")
        self.assertEqual(s.wait(), 3)
        s = self.terminal("echo begun; sleep 1000")
        s.send("\x03")
        s.expect("[S/c/l] ")
        s.send("l\n")
        job = s.expect(" goes on; to follow").split()[-1]
        self.assertEqual(s.wait(), 130)
        self.assertEqual(self.slurm.state(job)["JobState"], "RUNNING")
        self.assertEqual(self.cnn("cancel", job).out, job + "\n")
        self.assertEqual(self.slurm.state(job)["JobState"], "CANCELLED")
        s = self.terminal("echo begun; sleep 1000")
        s.send("\x03")
        s.expect("[S/c/l] ")
        s.send("c\n")
        self.assertEqual(s.wait(), 143)

    def test_killed_client(self):
        """Killed and begun anew where it was, the follower's output is the log, byte for byte."""
        job = self.job("i=0; while [ $i -lt 400 ]; do echo line $i; i=$((i + 1)); [ $((i % 20)) != 0 ] || sleep 0.05; "
                       "[ $i != 300 ] || { " + self.until("go") + "}; done; printf tail")
        path, whole = os.path.join(self.project, "seen"), ["line %d\n" % i for i in range(400)]
        half = len("".join(whole[:300]))
        for turn in range(8):
            size = os.path.getsize(path) if turn else 0
            with open(path, "ab") as f:
                p = self.start_cnnrun("logs", "-f", "--from", str(size), job, env=self.env, granted=False, stdout=f)
            if turn < 7:
                kit.wait_for(lambda: size < os.path.getsize(path) or size == half, 30)
                p.kill()
            else:
                self.write("go", "")
            self.assertEqual(p.wait(60), -9 if turn < 7 else 0)
        with open(path) as f:
            self.assertEqual(f.read(), "".join(whole) + "tail")

    def test_nobody_reads(self):
        """Who follows says how the job stands, and ends once nobody reads, though the job says nothing more."""
        job = self.job("echo up; " + self.until("go"))
        for words, status in (("logs", "-f"), 0), (("jobs", "--watch"), 141):
            p = self.start_cnnrun(*words, job, env=self.env, granted=False)
            if status == 0:
                self.assertEqual(p.stdout.readline(), "up\n")
                self.said(p, "cnnrun: job %s runs on n" % job)
            p.stdout.close()
            self.assertEqual(p.wait(60), status)
            p.stderr.close()
        self.write("go", "")
        self.slurm.ended(job)

    def test_parts(self):
        """The last lines, one rank's lines, what comes after so many bytes; a word that is no job says so."""
        job = self.job("echo a; echo b; echo c")
        self.slurm.ended(job)
        self.assertEqual(self.cnn("logs", job).out, "a\nb\nc\n")
        self.assertEqual(self.cnn("logs", "--tail", "2", job).out, "b\nc\n")
        self.assertEqual(self.cnn("logs", "--tail", "0", job).out, "")
        self.assertEqual(self.cnn("logs", "--from", "3", job).out, "\nc\n")
        self.assertEqual(self.cnn("logs", os.path.basename(self.dir)).out, "a\nb\nc\n")
        ranks = self.job('echo "r$RANK one"; echo two', "c:network 'host':nodes(2):tasks { per_node = 2 }")
        self.slurm.ended(ranks)
        for rank in 0, 3:
            self.assertEqual(self.cnn("logs", "%s/%d" % (ranks, rank)).out, "r%d one\ntwo\n" % rank, self.log())
        self.assertEqual(self.cnn("logs", "--tail", "1", ranks + "/1").out, "two\n")
        for word, said in (ranks + "/4", "has 4 ranks"), ("4711", "there is no job 4711"), (job + "_1", "it is no sweep"):
            r = self.cnn("--on", "slurm", "logs", word, code=125)
            self.assertIn(said, r.err)

    def test_container(self):
        """A container that is called as a job is counts first, and that is said."""
        job = self.job("echo of the job")
        self.slurm.ended(job)
        self.write("cnnrun.lua", jobs_kit.PROFILE % "")
        r = self.run_cnnrun("./cnnrun.lua", "--name", job, "--keep", "--detach", "--", "echo", "of the container")
        self.assertEqual(r.code, 0, r.err)
        r = self.cnn("logs", job)
        self.assertEqual(r.out, "of the container\n")
        self.assertIn("is a container, and a job as well", r.err)
        self.assertEqual(self.cnn("--on", "slurm", "logs", job).out, "of the job\n")
        kit.wait_for(lambda: job in self.run_cnnrun("clean", "--dry-run").out, 20)
        self.run_cnnrun("clean")
