# SPDX-License-Identifier: MIT
"""Terminals as docker's users know them: the keys that leave, the size, the picture."""
import os
import shutil
import time

import kit
import podman
from pty_session import Session
from test_podman import DOCKERFILE

BYTES = "stty raw -echo; echo go; dd bs=1 count=%d 2>/dev/null | od -An -tx1"


class Terminal(kit.Case):
    uid = kit.USER
    env = {}

    def setUp(self):
        super().setUp()
        self.profile('c:name "kit-terminal"')
        self.config = os.path.join(self.project, "docker-config")
        self.keys()

    def keys(self, text=None):
        """What docker's configuration says."""
        self.write("docker-config/config.json", '{"detachKeys": %s}' % text if text else "{}")

    def session(self, *words, **more):
        s = Session(*words, uid=self.uid, cwd=self.project, env=dict(self.env, DOCKER_CONFIG=self.config), **more)
        self.addCleanup(s.close)
        return s

    def visits(self):
        """Each way to a terminal in a container: the program's words, and how to take leave."""
        run = self.session("./cnnrun.lua", "--", "sh", "-c", "echo began; exec sleep 1000")
        run.expect("began")
        yield ("exec", "kit-terminal", "--"), "the command runs on"
        run.send("\x03")
        self.end_now()
        yield ("./cnnrun.lua", "--"), "comes back"

    def end_now(self):
        self.run_cnnrun("stop", "-t", "0", "kit-terminal", env=self.env)
        kit.wait_for(lambda: "kit-terminal" not in self.names(), 20, "its end")

    @staticmethod
    def leave(s, keys):
        """As fingers do, one by one: an engine takes two bytes at once for a paste."""
        for key in keys:
            s.send(key)
            time.sleep(0.2)

    def assertLeft(self, s, said):
        self.assertEqual(s.wait(), 0, s.seen)
        self.assertIn(said, s.seen)

    def names(self):
        return kit.engine.containers()

    def test_one_key_alone(self):
        """the first of the detach keys alone is the program's, with what follows"""
        for words, _ in self.visits():
            s = self.session(*words, "sh", "-c", BYTES % 3)
            s.expect("go")
            s.send("\x10")
            s.send("a\x11")
            self.assertEqual(s.wait(), 0)
            self.assertEqual(s.seen.split()[:3], ["10", "61", "11"], words)

    def test_keys_of_docker(self):
        """the detach keys of docker's configuration leave, and no others do"""
        self.keys('"ctrl-x,ctrl-y"')
        for words, said in self.visits():
            s = self.session(*words, "sh", "-c", (BYTES % 4) + "; sleep 1000")
            s.expect("go")
            s.send("\x10\x11ab")
            self.assertEqual(s.expect("62").split()[-3:], ["10", "11", "61"], words)
            self.leave(s, "\x18\x19")
            self.assertLeft(s, said)
        a = self.session("attach", "kit-terminal")
        self.leave(a, "\x18\x19")
        self.assertLeft(a, "runs on")
        self.end_now()

    def test_keys_typed(self):
        """--detach-keys counts more than the configuration"""
        self.keys('"ctrl-x,ctrl-y"')
        for words, said in self.visits():
            words = (words[0], "--detach-keys", "ctrl-a,d") + words[1:]
            s = self.session(*words, "sh", "-c", "echo go; exec sleep 1000")
            s.expect("go")
            self.leave(s, "\x01d")
            self.assertLeft(s, said)
        a = self.session("attach", "--detach-keys", "@,z", "kit-terminal")
        self.leave(a, "@z")
        self.assertEqual(a.wait(), 0)
        self.end_now()

    def test_malformed_keys(self):
        """keys that are none are said in one line, with their place"""
        for keys in '"ctrl-"', '"ctrl-ä"', '"ab"', '"a,,b"', '{"a": 1}', "7":
            self.keys(keys)
            s = self.session("./cnnrun.lua", "--", "true")
            self.assertEqual(s.wait(), 125)
            self.assertIn("docker-config/config.json: ", s.seen)
            self.assertEqual(len(s.seen.splitlines()), 1, s.seen)
        self.keys('"nonsense"')
        self.assertEqual(self.run_cnnrun("./cnnrun.lua", "--", "true",
                                         env=dict(self.env, DOCKER_CONFIG=self.config)).code, 0)
        for words in ("./cnnrun.lua",), ("exec",), ("attach",), ("enter",):
            r = self.run_cnnrun(*words, "--detach-keys", "ctrl-", env=self.env)
            self.assertEqual((r.code, len(r.err.splitlines())), (2, 1), r.err)

    def test_first_size(self):
        """the first command of all sees the window's size"""
        for i, (words, _) in enumerate(self.visits()):
            for k in range(5):
                s = self.session(*words, "stty", "size", rows=30 + i, cols=100 + k)
                s.wait()
                self.assertEqual(s.seen.split(), [str(30 + i), str(100 + k)], words)

    def test_attach_draws(self):
        """who attaches sees the program draw itself anew, without a key"""
        s = self.session("./cnnrun.lua", "--", "sh", "-c",
                         "trap 'stty size' WINCH; echo began; while :; do sleep 0.1; done")
        s.expect("began")
        self.leave(s, "\x10\x11")
        self.assertEqual(s.wait(), 0)
        a = self.session("attach", "kit-terminal")
        a.expect("24 80", 20)
        self.leave(a, "\x10\x11")
        self.assertEqual(a.wait(), 0)
        self.end_now()

    def test_no_program(self):
        """exec of what is not there is 127, of what is no program 126, in words of ours"""
        s = self.session("./cnnrun.lua", "--", "sh", "-c", "echo began; exec sleep 1000")
        s.expect("began")
        for name, code, words in (("nope", 127, "the container has no program nope"),
                                  ("/no/such", 127, "the container has no program /no/such"),
                                  ("/etc/passwd", 126, "/etc/passwd: cannot be executed"),
                                  ("/etc", 126, "/etc: cannot be executed")):
            r = self.run_cnnrun("exec", "kit-terminal", "--", name, "word", env=self.env)
            self.assertEqual((r.code, r.out, r.err), (code, "", "cnnrun: %s\n" % words))
            t = self.session("exec", "kit-terminal", "--", name)
            self.assertEqual(t.wait(), code)
            self.assertEqual(t.seen.splitlines(), ["cnnrun: " + words])
        self.end_now()


class OnPodman(podman.Service, Terminal):
    def setUp(self):
        super().setUp()
        os.mkdir(os.path.join(self.project, "context"))
        shutil.copy("/bin/busybox", os.path.join(self.project, "context", "busybox"))
        self.write("context/Dockerfile", DOCKERFILE)
        self.profile('c:build { tag = "boxes:latest", context = "context", network = "host" }',
                     'c:network "none"', 'c:name "kit-terminal"', image=None)

    def names(self):
        return self.podman.containers()


if __name__ == "__main__":
    import unittest
    unittest.main()
