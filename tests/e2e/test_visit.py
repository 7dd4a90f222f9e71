# SPDX-License-Identifier: MIT
"""exec and attach visit a container: it goes on when they must leave."""
import signal
import subprocess
import unittest

import kit


class Visit(kit.Case):
    def setUp(self):
        super().setUp()
        self.profile("c:detach()", "c:name 'kit-visited'")
        self.run_cnnrun("./cnnrun.lua", "--", "sh", "-c",
                        "trap 'echo signal' TERM HUP INT; while :; do echo tick; sleep 0.1; done")

    def check_traces(self):
        self.assertTrue(kit.engine.inspect("kit-visited")["State"]["Running"])
        self.assertEqual(self.run_cnnrun("stop", "-t", "0", "kit-visited").code, 0)
        super().check_traces()

    def leave(self, number, *words):
        p = self.start_cnnrun(*words, stdin=subprocess.DEVNULL)
        p.stdout.readline()
        p.send_signal(number)
        out, err = p.communicate(timeout=30)
        self.assertEqual(p.returncode, 128 + number, err)
        self.assertIn("runs on", err)
        return out

    def test_exec_signals(self):
        """a signal ends exec at once and says what becomes of the command"""
        for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
            self.leave(number, "exec", "kit-visited", "--", "sh", "-c", "echo up; sleep 20")

    def test_exec_reader_gone(self):
        """a reader that leaves ends exec"""
        p = self.start_cnnrun("exec", "kit-visited", "--", "yes", stdin=subprocess.DEVNULL)
        self.assertEqual(p.stdout.readline(), "y\n")
        p.stdout.close()
        self.assertEqual(p.wait(30), 128 + signal.SIGPIPE)

    def test_exec_without_output(self):
        """the status is waited for when the command closes its output first"""
        r = self.run_cnnrun("exec", "kit-visited", "--", "sh", "-c", "exec >&- 2>&-; sleep 3; exit 6")
        self.assertEqual(r.code, 6, r.err)

    def test_attach_hang_up(self):
        """a terminal that hangs up ends attach, not the container"""
        self.leave(signal.SIGHUP, "attach", "kit-visited")

    def test_attach_signal(self):
        """a signal reaches the container of attach, and no KILL follows it"""
        p = self.start_cnnrun("attach", "kit-visited", stdin=subprocess.DEVNULL)
        p.stdout.readline()
        p.terminate()
        kit.wait_for(lambda: p.stdout.readline() == "signal\n")
        for _ in range(50):
            self.assertEqual(p.stdout.readline(), "tick\n")
        p.send_signal(signal.SIGHUP)
        self.assertEqual(p.wait(30), 129)

    def test_attach_reader_gone(self):
        """a reader that leaves ends attach, not the container"""
        p = self.start_cnnrun("attach", "kit-visited", stdin=subprocess.DEVNULL)
        p.stdout.readline()
        p.stdout.close()
        self.assertEqual(p.wait(30), 128 + signal.SIGPIPE)


if __name__ == "__main__":
    unittest.main()
