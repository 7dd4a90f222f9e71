# SPDX-License-Identifier: MIT
"""What logs prints of a container that still runs."""
import re

import kit

STAMP = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z ", re.M)


class Logs(kit.Case):
    uid = kit.USER

    def begin(self, script, *calls):
        self.profile("c:name 'kit-logs'", "c:detach()", *calls)
        r = self.run_cnnrun("./cnnrun.lua", "--", "sh", "-c", script)
        self.assertEqual(r.code, 0, r.err)

    def follow(self, script, *words, calls=()):
        self.begin(script, *calls)
        r = self.run_cnnrun("logs", "-f", *words, "kit-logs")
        self.assertEqual(r.code, 0, r.err)
        kit.engine.remove("kit-logs")
        kit.wait_for(lambda: "kit-logs" not in kit.engine.containers())  # the engine may be at it
        return r

    def test_last_line(self):
        """a last line without an end comes too, once, whatever came before"""
        for calls in (), ("c:tty(true)",), ("c:keep()",), ("c:keep()", "c:tty(true)"):
            for script, said in (("sleep 1; printf x; sleep 1; printf y", "xy"),
                                 ("echo a; sleep 1; printf x", "a\nx"),
                                 ("echo a; sleep 1; printf 'x\\ny'", "a\nx\ny"),
                                 ("printf x; sleep 1; echo y", "xy\n")):
                words = ("-t",) * (len(said) % 2)
                r = self.follow(script, *words, calls=calls)
                self.assertEqual(STAMP.sub("", r.out).replace("\r", ""), said, (calls, words, script))
                self.assertEqual(len(STAMP.findall(r.out)), said.strip().count("\n") + 1 if words else 0)

    def test_both_streams(self):
        """each of the two streams has a last line"""
        for _ in range(3):
            r = self.follow("sleep 1; printf o; printf e >&2")
            self.assertEqual((r.out, r.err), ("o", "e"))

    def test_long_line(self):
        """one of a megabyte without an end comes whole"""
        r = self.follow("sleep 1; head -c 1000000 /dev/zero | tr '\\0' x; printf y", calls=("c:keep()",))
        self.assertEqual((len(r.out), r.out[-2:]), (1000001, "xy"))

    def test_slow_reader(self):
        """whoever does not read what he follows does not stop the container"""
        self.begin("sleep 1; i=0; while [ $i -lt 100 ]; do seq 1 10000; i=$((i + 1)); done; "
                   "touch /tmp/done; sleep 60", "c:keep()")
        p = self.start_cnnrun("logs", "-f", "kit-logs")
        kit.wait_for(lambda: self.run_cnnrun("exec", "kit-logs", "--", "test", "-e", "/tmp/done").code == 0,
                     60, "the end of its work")
        p.kill()
        kit.engine.remove("kit-logs")


if __name__ == "__main__":
    import unittest
    unittest.main()
