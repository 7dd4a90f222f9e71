# SPDX-License-Identifier: MIT
"""A cluster behind ssh: what is typed here about its jobs, its login host's own cnnrun does."""
import json
import os

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
        r = self.on("jobs", "--json", job, where=WHERE)
        self.assertEqual([(j["job"], j["state"], j["status"]) for j in json.loads(r.out)], [(job, "failed", 9)], r.err)
        r = self.on("jobs", where=WHERE)
        self.assertIn("failed", r.out)

    def test_of_one_that_runs(self):
        job = self.job("echo up; sleep 600")
        kit.wait_for(lambda: "up" in self.on("logs", job, where=WHERE).out, 60, "its first line", 0.5)
        r = self.on("exec", job, "--", "sh", "-c", 'echo "$0"; exit 7', "a b'c\"d", where=WHERE)
        self.assertEqual((r.code, r.out), (7, "a b'c\"d\n"), r.err)
        r = self.on("cancel", job, where=WHERE)
        self.assertEqual((r.code, r.out), (0, job + "\n"), r.err)

    def test_log_survives_the_connection(self):
        """no line is lost or doubled where it breaks; as said once"""
        job = self.job("for i in 1 2 3; do echo early $i; done; until [ -e /w/go ]; do sleep 0.1; done; "
                       "for i in 1 2 3; do echo late $i; done")
        reader = self.begin("logs", "-f", job, where=WHERE)
        early = "".join(reader.stdout.readline() for _ in range(3))
        self.unplug()
        self.plug()
        self.write("go", "")
        late, said = reader.communicate(timeout=60)
        self.assertEqual(early + late, "".join("%s %d\n" % (w, i) for w in ("early", "late") for i in (1, 2, 3)), said)
        self.assertEqual(reader.returncode, 0, said)
        self.assertEqual(said.count("broke; it is made again"), 1, said)

    def test_no_cnnrun_there(self):
        os.rename(self.top + "/there/cnnrun", self.top + "/there/away")
        try:
            r = self.on("jobs", where=WHERE)
        finally:
            os.rename(self.top + "/there/away", self.top + "/there/cnnrun")
        self.assertEqual(r.code, 125)
        self.assertRegex(r.err, r"^cnnrun: error: there is no cnnrun on the PATH of ssh://box; install the same version as "
                         r"here, which is \S+, on all nodes\n$")


class Words(BehindSsh):
    def test_wrong_words_reach_nobody(self):
        """what is typed wrongly is said before anybody is asked"""
        before = self.logins()
        for words, says in ((("cancel",), "cancel which job"), (("logs",), "logs of which job"), (("exec",), "exec in which job"),
                            (("logs", "--from", "x", "1"), "takes a number of bytes"),
                            (("jobs", "--watch", "--json"), "exclude each other"),
                            (("exec", "-e", "SECRET", "1"), "variables of this machine do not go to the cluster")):
            r = self.on(*words, where=WHERE)
            self.assertEqual(r.code, 2, r.err)
            self.assertIn(says, r.err)
            self.assertEqual(r.err.count("\n"), 1, r.err)
        self.assertEqual(self.logins(), before)

    def test_stranger(self):
        r = self.on("jobs", where="ssh://stranger+slurm")
        self.assertEqual(r.code, 125)
        self.assertIn("ssh://stranger does not let this user in", r.err)
