# SPDX-License-Identifier: MIT
"""A cluster behind ssh: what is typed here about its jobs, its login host's own cnnrun does."""
import json
import os
import signal

import kit
from behind_kit import WHERE, BehindSsh


class Commands(BehindSsh):
    def test_of_one_that_has_ended(self):
        """logs, jobs and what only its directory there knows"""
        job = self.job("echo one; echo two; exit 9")
        self.ended(job)
        r = self.on("logs", job, where=WHERE)
        with open(self.dir + "/log") as f:
            log = f.read()
        self.assertTrue(log.startswith("one\ntwo\n"))
        self.assertEqual((r.code, r.out), (0, log), r.err)
        r = self.on("logs", "--tail", "1", job, where=WHERE)
        self.assertEqual((r.code, r.out), (0, log.splitlines(True)[-1]), r.err)
        r = self.on("logs", "-f", "--from", "4", job, where=WHERE)
        self.assertEqual((r.code, r.out), (0, log[4:]), r.err)
        r = self.on("jobs", "--json", job, where=WHERE)
        self.assertEqual([(j["job"], j["state"], j["status"]) for j in json.loads(r.out)], [(job, "failed", 9)], r.err)
        r = self.on("jobs", where=WHERE)
        self.assertIn("failed", r.out)
        r = self.on("jobs", "--watch", job, where=WHERE)
        self.assertEqual(r.code, 0, r.err)
        self.assertIn("failed", r.out)

    def test_of_one_that_runs(self):
        job = self.job("echo up; sleep 600")
        kit.wait_for(lambda: "up" in self.on("logs", job, where=WHERE).out, 60, "its first line", 0.5)
        r = self.on("exec", job, "--", "sh", "-c", 'cat; echo "$0"; exit 7', "a b'c\"d\t$e\n!", where=WHERE, input="from here\n")
        self.assertEqual((r.code, r.out), (7, "from here\na b'c\"d\t$e\n!\n"), r.err)
        r = self.on("exec", job, "--", "sh", "-c", "exit 255", where=WHERE)
        self.assertEqual((r.code, r.err), (255, ""))
        r = self.on("cancel", job, where=WHERE)
        self.assertEqual((r.code, r.out), (0, job + "\n"), r.err)

    def test_nobody_there(self):
        """a job that is none, and a container of the login host that is none of its jobs"""
        for words in ("logs", "4711"), ("logs", "-f", "4711"), ("exec", "4711", "true"), ("cancel", "4711"), ("jobs", "4711"):
            r = self.on(*words, where=WHERE)
            self.assertEqual((r.code, r.out), (125, ""), r.err)
            self.assertIn("there is no job 4711", r.err)

    def test_log_survives_the_connection(self):
        """no line is lost or doubled where it breaks, each time; as said once each"""
        job = self.job("for i in 1 2 3; do echo early $i; done; " + self.until("go") + "echo mid; " + self.until("on") +
                       "for i in 1 2 3; do echo late $i; done")
        reader = self.begin("logs", "-f", job, where=WHERE)
        said = "".join(reader.stdout.readline() for _ in range(3))
        self.unplug()
        self.plug()
        self.write("go", "")
        said += reader.stdout.readline()
        self.unplug()
        self.plug()
        self.write("on", "")
        late, err = reader.communicate(timeout=60)
        self.assertEqual(said + late, "early 1\nearly 2\nearly 3\nmid\nlate 1\nlate 2\nlate 3\n", err)
        self.assertEqual(reader.returncode, 0, err)
        self.assertEqual(err.count("broke; it is made again"), 2, err)
        kit.wait_for(lambda: not self.left_there("logs", job), 30, "the end of who followed over there")

    def test_tail_has_no_byte(self):
        """after --tail nobody knows where to go on: that is said, with what does"""
        job = self.job("echo up; sleep 600")
        reader = self.begin("logs", "-f", "--tail", "1", job, where=WHERE)
        kit.wait_for(lambda: self.left_there("logs", job), 30, "who follows over there")
        self.assertEqual(reader.stdout.readline(), "up\n")
        self.unplug()
        out, err = reader.communicate(timeout=60)
        self.assertEqual((reader.returncode, out), (125, ""), err)
        self.assertIn("the job goes on; to follow it: cnnrun --on ssh://box+slurm logs -f %s\n" % job, err)

    def test_left(self):
        """who is told to end leaves the job, says how to come back to it, and leaves nobody over there"""
        job = self.job("echo up; sleep 600")
        for how in signal.SIGTERM, signal.SIGINT:
            reader = self.begin("logs", "-f", job, where=WHERE)
            self.assertEqual(reader.stdout.readline(), "up\n")
            reader.send_signal(how)
            _, err = reader.communicate(timeout=60)
            self.assertEqual(reader.returncode, 128 + how, err)
            self.assertIn("job %s goes on; to follow it: cnnrun --on ssh://box+slurm logs -f %s; to end it: "
                          "cnnrun --on ssh://box+slurm cancel %s\n" % (job, job, job), err)
            kit.wait_for(lambda: not self.left_there("logs", job), 30, "the end of who followed over there")
        watcher = self.begin("jobs", "--watch", job, where=WHERE)
        kit.wait_for(lambda: self.left_there("jobs", job), 60, "who watches over there")
        watcher.send_signal(signal.SIGTERM)
        _, err = watcher.communicate(timeout=60)
        self.assertEqual((watcher.returncode, err), (143, ""))
        kit.wait_for(lambda: not self.left_there("jobs", job), 30, "the end of who watched over there")
        self.assertEqual(self.slurm.state(job)["JobState"], "RUNNING")

    def test_nobody_reads(self):
        """whose reader has gone ends, though the job says nothing more"""
        job = self.job("echo up; sleep 600")
        for words, status in ((("logs", "-f"), 0), (("jobs", "--watch"), 141)):
            reader = self.begin(*words, job, where=WHERE)
            kit.wait_for(lambda: self.left_there(words[0], job), 60, "who watches over there")
            reader.stdout.close()
            self.assertEqual(reader.wait(60), status)
            kit.wait_for(lambda: not self.left_there(words[0], job), 30, "the end of who watched over there")
            reader.stderr.close()
        self.assertTrue(os.path.exists(self.dir))
