# SPDX-License-Identifier: MIT
"""Carried directories of what runs on, stays, is killed, or runs beside another."""
import os
import shutil
import signal
import threading
import time

import carry_kit
import kit


class Lives(carry_kit.Carried):
    def kill_hard(self, p):
        p.send_signal(signal.SIGKILL)
        p.wait()
        p.stdout.close(), p.stderr.close(), p.stdin.close()

    def test_fetch(self):
        """fetch brings home what a detached one has by then, by name, profile or project"""
        r = self.good("i=0; while sleep 0.1; do i=$((i + 1)); echo $i > f; done",
                      "--detach", "--name", "carry-far")
        self.assertEqual(r.out, "carry-far\n")
        self.assertFalse(os.path.exists(self.path("f")))
        for words in ("carry-far",), ("cnnrun.lua",), ("cnnrun",), ():
            time.sleep(0.3)
            was = os.path.exists(self.path("f")) and self.read("f")
            r = self.run_cnnrun("fetch", *words)
            self.assertEqual(r.code, 0, r.err)
            self.assertNotEqual(self.read("f"), was)
        r = self.run_cnnrun("fetch", "nosuch")
        self.assertEqual(r.code, 125)
        self.assertIn("nothing that 'nosuch' carried", r.err)
        r = self.run_cnnrun("stop", "-t", "1", "carry-far")
        self.assertEqual((r.code, r.out), (0, "carry-far\n"), r.err)

    def test_fetch_interrupted(self):
        """Ctrl-C while a file comes: nothing of it is left here, and the next fetch has it."""
        self.good("truncate -s 2G large; sleep 100", "--detach", "--name", "carry-far")
        time.sleep(0.5)
        p = self.start_cnnrun("fetch", "carry-far")
        kit.wait_for(lambda: any(n.startswith(".cnnrun-home") for n in os.listdir(self.project)), what="the beginning of a file", pause=0.001)
        p.send_signal(signal.SIGINT)
        _, err = p.communicate(timeout=60)
        self.assertEqual((p.returncode, sorted(os.listdir(self.project))), (130, ["cnnrun.lua"]), err)
        r = self.run_cnnrun("stop", "-t", "0", "carry-far")
        self.assertEqual((r.code, os.path.getsize(self.path("large"))), (0, 2 << 30), r.err)

    def test_stop(self):
        """stop brings home what a detached one changed"""
        self.good("echo x > f; sleep 100", "--detach", "--name", "carry-far")
        time.sleep(0.5)
        r = self.run_cnnrun("stop", "-t", "1", "carry-far")
        self.assertEqual((r.code, self.read("f")), (0, "x\n"), r.err)

    def test_stop_awaits(self):
        """stop waits for the janitor, which has the copy in use: nothing is awaited then"""
        self.good("echo x > f; sleep 100", "--detach", "--name", "carry-far")
        time.sleep(0.5)
        janitor = self.janitor()
        os.kill(janitor, signal.SIGSTOP)
        threading.Timer(1.5, os.kill, (janitor, signal.SIGCONT)).start()
        r = self.run_cnnrun("stop", "-t", "0", "carry-far")
        self.assertEqual((r.code, self.read("f")), (0, "x\n"), r.err)
        self.assertFalse(self.states()[self.project]["open"])

    def test_stop_beside_another(self):
        """stop is of its own project, and fetch of what can be had: another's is gone"""
        self.good("true", "--name", "carry-far")
        about = os.path.join(self.state_dir(), "about")
        with open(about) as f:
            text = f.read()
        for i, state in enumerate(("0", "z")):  # before and after ours, in whatever order
            other = os.path.join(os.path.dirname(os.path.dirname(about)), state * 24)
            os.mkdir(other)
            gone = self.project + "/gone%d" % i
            with open(other + "/about", "w") as f:
                f.write(text.replace('"%s"' % self.project, '"%s"' % gone))
            for path in other, other + "/about":
                os.chown(path, self.uid, self.uid)
            self.addCleanup(shutil.rmtree, other)
        self.good("echo x > f; sleep 100", "--detach", "--name", "carry-far")
        time.sleep(0.5)
        r = self.run_cnnrun("fetch", "carry-far")
        self.assertEqual((r.code, self.read("f")), (125, "x\n"), r.err)
        self.assertIn("gone0: No such file", r.err)
        self.assertIn("gone1: No such file", r.err)
        r = self.run_cnnrun("stop", "-t", "0", "carry-far")
        self.assertEqual(r.code, 0)
        self.assertNotIn("gone", r.err)

    def test_killed(self):
        """what a killed run changed comes home with the next, which says so"""
        self.put("mine", "x")
        p = self.begin("echo x > f; echo ready; exec sleep 100")
        self.assertEqual(p.stdout.readline(), "ready\n")
        self.kill_hard(p)
        self.assertNothingLeftBut()
        self.put("mine", "newer")
        r = self.good("cat f mine")
        self.assertEqual(r.out, "x\nnewer")
        self.assertIn("the last run did not bring home what it changed", r.err)
        self.assertEqual(self.read("f"), "x\n")

    def assertNothingLeftBut(self):
        """But for the volume."""
        kit.wait_for(lambda: not self.left().keys() - {"volumes"}, 20, "the janitor's work")

    def test_awaited(self):
        """clean --volumes leaves what did not come home, and says where it belongs"""
        p = self.begin("echo x > f; echo ready; exec sleep 100")
        self.assertEqual(p.stdout.readline(), "ready\n")
        self.kill_hard(p)
        self.assertNothingLeftBut()
        r = self.run_cnnrun("clean", "--volumes")
        self.assertIn("what changed in it did not come home to " + self.project, r.err)
        r = self.run_cnnrun("fetch")
        self.assertEqual((r.code, self.read("f")), (0, "x\n"), r.err)
        r = self.run_cnnrun("clean", "--volumes")
        self.assertIn("removed volume", r.out)
        self.assertNotIn(self.project, self.states())

    def test_half(self):
        """a killed start is healed by the next, and nothing counts as changed over there"""
        for i in range(3000):
            self.put("d/%d" % (i % 100) + "/%d" % i, "x" * (i + 1))
        self.put("big", "x" * 50000000)
        for pause in 0.3, 0.5, 0.8:
            p = self.begin("true")
            time.sleep(pause)
            self.kill_hard(p)
            self.assertNothingLeftBut()
        self.put("d/1/1", "changed meanwhile")
        r = self.good("find . -type f > /tmp/l; wc -l < /tmp/l; grep -v d/ /tmp/l >&2; cat d/1/1; wc -c < big")
        self.assertEqual(r.out, "3002\nchanged meanwhile50000000\n", r.err)
        self.assertEqual([n for n in os.listdir(self.project) if "remote" in n or "part" in n], [])
        self.assertNotIn("changed on both", r.err)

    def test_damaged(self):
        """without its list nothing is lost, and nothing is asked"""
        self.put("f", "mine")
        self.good("echo x > there")
        for text in "rubbish", None:
            path = os.path.join(self.state_dir(), "list")
            with open(path, "w") as f:
                f.write(text or "")
            if not text:
                os.unlink(path)
            r = self.good("cat f there; echo y > there")
            self.assertEqual((r.out, self.read("there")), ("minex\n" if text else "miney\n", "y\n"))
            self.assertEqual([n for n in os.listdir(self.project) if "remote" in n], [])

    def test_two(self):
        """two at once share the copy: each brings home, the last one all"""
        a = self.begin("echo a > a; echo ready; read x; echo late > late")
        self.assertEqual(a.stdout.readline(), "ready\n")
        self.put("from-here", "x")
        r = self.good("cat a from-here; echo b > b")
        self.assertEqual(r.out, "a\nx")
        self.assertEqual((self.read("a"), self.read("b")), ("a\n", "b\n"))
        self.assertTrue(self.states()[self.project]["open"])
        _, err = a.communicate("\n", 60)
        self.assertEqual((a.returncode, self.read("late")), (0, "late\n"), err)
        self.assertFalse(self.states()[self.project]["open"])

    def test_box(self):
        """a box has it; each session sends and brings what changed"""
        self.carry("c:box()", 'c:command { "sh" }')
        self.addCleanup(self.remove_box)
        self.put("f", "one")
        self.assertEqual(self.good("cat f; echo x > g").out, "one")
        self.assertEqual(self.read("g"), "x\n")
        self.put("f", "two")
        self.assertEqual(self.good("cat f; echo y > g").out, "two")
        self.assertEqual(self.read("g"), "y\n")
        name = self.run_cnnrun("ps", "--all").out.split("\n")[1].split()[0]
        self.put("f", "three")
        r = self.run_cnnrun("enter", name, "--", "sh", "-c", "cat f; echo z > g")
        self.assertEqual((r.out, self.read("g")), ("three", "z\n"), r.err)

    def remove_box(self):
        self.run_cnnrun("stop", "--all", "-t", "1")
        self.run_cnnrun("clean", "--boxes")

    def test_service(self):
        """a service's is carried as well, and comes home with the rest"""
        self.profile(
            'c:service("s", function(s) s:image "busybox" s:mount("data", "/data", { carry = true })'
            ' s:command { "sh", "-c", "cat /data/in > /data/out; sleep 100" }'
            ' s:ready { command = { "test", "-s", "/data/out" } } end)')
        self.put("data/in", "x")
        self.good("true")
        self.assertEqual(self.read("data/out"), "x")
