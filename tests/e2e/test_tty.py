# SPDX-License-Identifier: MIT
"""A real session on a real pseudo-terminal."""
import signal
import time

import kit
from pty_session import Session


class Tty(kit.Case):
    def session(self, *words, **more):
        more.setdefault("cwd", self.project)
        s = Session("./cnnrun.lua", *words, **more)
        self.addCleanup(s.close)
        return s

    def setUp(self):
        super().setUp()
        self.profile('c:command { "sh" }', 'c:env { PS1 = "ready> " }')

    def test_size_from_the_first_moment(self):
        """the program sees the window's size, without anybody resizing it"""
        for _ in range(3):
            s = self.session("--", "stty", "size", rows=33, cols=101)
            s.expect("33 101")
            self.assertEqual(s.wait(), 0)

    def test_session(self):
        """typing, resizing, leaving with a status; the terminal is as before"""
        s = self.session(rows=30, cols=90)
        s.expect("ready> ")
        s.send("stty size\r")
        s.expect("30 90")
        s.resize(41, 123)
        for _ in range(50): # the signal and two processes need a moment
            s.send("stty size\r")
            s.expect("stty size")
            if "41 123" in s.expect("ready> "):
                break
            time.sleep(0.1)
        else:
            self.fail("the new window size did not arrive")
        s.send("exit 9\r")
        self.assertEqual(s.wait(), 9)
        self.assertTrue(s.restored())

    def test_control_c(self):
        """^C goes to the program inside, not to cnnrun"""
        s = self.session()
        s.expect("ready> ")
        s.send("sleep 1000\r")
        s.expect("sleep 1000")
        time.sleep(0.5)
        s.send("\x03")
        s.expect("ready> ")
        s.send("echo status=$?\r")
        s.expect("status=130")
        s.send("exit\r")
        s.wait()

    def test_end_of_input(self):
        """^D ends the shell"""
        s = self.session()
        s.expect("ready> ")
        s.send("\x04")
        self.assertEqual(s.wait(), 0)

    def test_every_byte(self):
        """every control character but the detach keys reaches the program"""
        s = self.session("--", "sh", "-c", "stty raw -echo; echo go; dd bs=1 count=24 2>/dev/null | od -An -tx1")
        s.expect("go")
        sent = bytes(range(1, 25)).replace(b"\x10", b"A").replace(b"\x11", b"B")
        s.send(sent.decode("latin-1"))
        s.wait()
        self.assertEqual(s.seen.split()[-24:], ["%02x" % b for b in sent])

    def test_detach(self):
        """the detach keys leave the container running; attach takes it up again"""
        self.profile('c:command { "sh" }', 'c:env { PS1 = "ready> " }', 'c:name "kit-detach"')
        s = self.session()
        s.expect("ready> ")
        s.send("\x10\x11")
        self.assertEqual(s.wait(), 0)
        self.assertTrue(s.restored())
        self.assertTrue(kit.engine.inspect("kit-detach")["State"]["Running"])
        again = Session("attach", "kit-detach", cwd=self.project, uid=self.uid)
        self.addCleanup(again.close)
        again.send("\r")
        again.expect("ready> ")
        again.send("exit 5\r")
        self.assertEqual(again.wait(), 5)
        kit.engine.remove("kit-detach")

    def test_restored_after_signals(self):
        """the terminal is restored when cnnrun is told to end"""
        for number in signal.SIGTERM, signal.SIGHUP:
            s = self.session()
            s.expect("ready> ")
            s.process.send_signal(number)
            s.wait()
            self.assertTrue(s.restored(), number)

    def test_restored_after_kill(self):
        """the terminal is restored by the janitor when cnnrun is killed"""
        s = self.session()
        s.expect("ready> ")
        self.assertFalse(s.restored())
        s.process.kill()
        kit.wait_for(s.restored, 5, "the terminal's restoring")

    def test_restored_after_loss(self):
        """the terminal is restored when the container is removed from outside"""
        s = self.session()
        s.expect("ready> ")
        kit.engine.remove(self.new_container())
        self.assertEqual(s.wait(), 137)
        self.assertTrue(s.restored())

    def test_big_output(self):
        """a megabyte of output arrives whole"""
        s = self.session("--", "sh", "-c", "seq 1 150000; echo the end")
        text = s.expect("the end", 60)
        self.assertEqual(s.wait(), 0)
        self.assertEqual(text.split(), [str(i) for i in range(1, 150001)])


class OrdinaryUser(Tty):
    uid = kit.USER

    def session(self, *words, **more):
        return super().session(*words, uid=kit.USER, **more)
