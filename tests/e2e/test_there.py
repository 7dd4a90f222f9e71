# SPDX-License-Identifier: MIT
"""Commands about jobs of a cluster behind ssh: what is told before anybody is asked, and what keeps them from it."""
import json
import os

import kit
from there_kit import WHERE, There


class Words(There):
    """Over there is no engine, which nobody needs to see a job."""

    socket = "/nonexistent/docker.sock"

    def test_wrong_words_reach_nobody(self):
        before = self.logins()
        for words, says in ((("cancel",), "cancel which job"), (("logs",), "logs of which job"), (("exec",), "exec in which job"),
                            (("logs", "--from", "x", "1"), "takes a number of bytes"), (("jobs", "--nosuch"), "--nosuch"),
                            (("jobs", "--watch", "--json"), "exclude each other"), (("jobs", "1", "2"), "unexpected argument"),
                            (("jobs", "--host", "ssh://box"), "leave --host and --context out"),
                            (("logs", "-f", "--context", "box", "1"), "leave --host and --context out"),
                            (("exec", "-e", "SECRET", "1"), "variables of this machine do not go to the cluster")):
            r = self.on(*words, where=WHERE)
            self.assertEqual(r.code, 2, r.err)
            self.assertIn(says, r.err)
            self.assertEqual(r.err.count("\n"), 1, r.err)
        for where in "ssh://+slurm", "ssh://-oProxyCommand=x+slurm", "ssh://box:port+slurm", "ssh://a:b@box+slurm":
            r = self.on("jobs", where=where)
            self.assertEqual((r.code, r.err.count("\n")), (125, 1), r.err)
        self.assertEqual(self.logins(), before)

    def test_words(self):
        """arrive as they were typed, behind those that say that a job is meant and how it is said"""
        self.there_is('printf "%s|" "$@"; echo; exit 3\n')
        r = self.on("jobs", "--all", "a b", where=WHERE)
        self.assertEqual((r.code, r.out), (3, "--no-color|--on|slurm|jobs|--all|a b|\n"), r.err)
        odd = ["it's", '"$HOME"', "a\\b\\\\", "t\ta", "two\nlines", "!x", "ü", "", "-x", "*"]
        r = self.on("-q", "exec", "-w", "/a b", "1", "--", *odd, where=WHERE)
        self.assertEqual(r.out, "|".join(["--quiet", "--no-color", "--on", "slurm", "exec", "--workdir=/a b", "1", "--"] + odd) + "|\n")

    def test_streams(self):
        self.there_is("cat; echo err >&2; exit 255\n")
        r = self.on("exec", "1", where=WHERE, input="from here\n")
        self.assertEqual((r.code, r.out, r.err), (255, "from here\n", "err\n"))

    def test_no_engine_there(self):
        r = self.on("jobs", "--json", where=WHERE)
        self.assertEqual((r.code, json.loads(r.out)), (0, []), r.err)

    def test_no_cnnrun_there(self):
        os.rename(self.top + "/there/cnnrun", self.top + "/there/away")
        self.addCleanup(os.rename, self.top + "/there/away", self.top + "/there/cnnrun")
        r = self.on("jobs", where=WHERE)
        self.assertEqual(r.code, 125)
        self.assertRegex(r.err, r"^cnnrun: error: there is no cnnrun on the PATH of ssh://box; install the same version as "
                         r"here, which is \S+, on all nodes\n$")

    def test_other_version(self):
        """both are said, and nothing is done"""
        self.there_is("touch %s/done\n" % self.project)
        with open(self.top + "/there/cnnrun") as f:
            text = f.read()
        for its, says in (("echo cnnrun 0.0.1 '(Lua)'", r"cnnrun 0.0.1 \(Lua\)"), ("false", "a cnnrun that does not say its version")):
            self.write("x", text.replace("exec %s/there/away version" % self.top, "{ %s; exit; }" % its), 0o755)
            os.replace(self.project + "/x", self.top + "/there/cnnrun")
            for words in ("jobs",), ("logs", "-f", "1"), ("cancel", "1"):
                r = self.on(*words, where=WHERE)
                self.assertEqual(r.code, 125)
                self.assertRegex(r.err, r"^cnnrun: error: ssh://box has %s, and here is cnnrun \S+: have the same on both machines\n$" % says)
        self.assertFalse(os.path.exists(self.project + "/done"))

    def test_not_let_in(self):
        """a key that is not taken, a host that is not known, nobody there"""
        r = self.on("jobs", where="ssh://stranger+slurm")
        self.assertEqual(r.code, 125)
        self.assertIn("ssh://stranger does not let this user in", r.err)
        self.file("known", "")
        self.addCleanup(self.know, "host")
        r = self.on("cancel", "1", where=WHERE)
        self.assertEqual((r.code, r.err), (125, "cnnrun: error: the host key of ssh://box is not known; look at it once: ssh box true\n"))
        self.unplug()
        r = self.on("logs", "-f", "1", where=WHERE)
        self.assertEqual(r.code, 125)
        self.assertRegex(r.err, r"^cnnrun: error: ssh://box cannot be reached: .*\n$")

    def test_broken(self):
        """the connection is not the program's status"""
        self.there_is("echo on; touch %s/on; sleep 600\n" % self.project)
        p = self.begin("exec", "1", where=WHERE)
        kit.wait_for(lambda: os.path.exists(self.project + "/on"), 60, "the command")
        self.unplug()
        out, err = p.communicate(timeout=60)
        self.assertEqual((p.returncode, out), (125, "on\n"), err)
        self.assertIn("the connection to ssh://box broke", err)
