# SPDX-License-Identifier: MIT
"""Whatever dies while a job runs, and whoever kills it: nothing of it stays on any node, and it is there once."""
import contextlib
import os
import signal
import subprocess
import threading
import time

import host
import kit
import lab_kit

LOOP = "echo begun; touch /w/begun; while :; do sleep 0.2; done"
SERVICE = 'c:service("s", function(s) s:image "busybox":command { "sleep", "1000" } end)'


class Deaths(lab_kit.Case):
    def test_cancelled(self):
        """a job is cancelled"""
        job = self.job(SERVICE, LOOP)
        self.made("begun")
        self.lab.said("scancel", job)
        self.assertEqual(self.lab.ended(job)["JobState"], "CANCELLED")
        self.assertClean()

    def test_killed(self):
        """all processes of a job are killed at once"""
        job = self.job(SERVICE, LOOP)
        self.made("begun")
        self.lab.said("scancel", "--full", "-s", "KILL", job)
        self.lab.ended(job)
        self.assertClean()

    def test_stubborn(self):
        """a job that does not end when it is told to: all of it is killed before its container is"""
        job = self.job(SERVICE, "trap '' TERM; " + LOOP)
        self.made("begun")
        self.lab.said("scancel", job)
        self.lab.ended(job)
        self.assertClean()

    def test_without_janitor(self):
        """its launcher and its janitor are killed, and nothing of cnnrun's is left to clean but the epilog"""
        job = self.job(SERVICE, LOOP)
        self.made("begun")
        for pid in kit.processes() - self.before["processes"]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.lab.ended(job)
        self.assertClean()

    def test_again_elsewhere(self):
        """a node loses its power: the job begins again on the other, which costs it none of its retries"""
        job = self.job("", "echo on $(hostname) >>/w/begun; until [ -e /w/go ]; do sleep 0.2; done; echo done")
        self.made("begun")
        at = int(self.lab.state(job)["NodeList"][1:])
        self.lab.hosts[at].power_off()
        self.addCleanup(lambda: self.lab.hosts[at].pid or self.lab.power_on(at))
        self.lab.again(job)
        self.assertEqual(self.lab.state(job)["NodeList"], "n%d" % (3 - at))
        self.write("go", "")
        self.assertEqual(self.lab.ended(job)["ExitCode"], "0:0", self.read("log"))
        self.assertFalse(os.path.exists(self.dir + "/retried"))
        self.assertEqual(self.exit()["status"], 0)
        self.assertClean()
        self.lab.power_on(at)
        self.assertTrue(self.lab.hosts[at].left(), "what the power cut left on the node's disk")
        self.lab.said("srun", "-w", "n%d" % at, "true")  # the next job of whomever
        self.assertClean()


if host.KINDS:
    class Grouped(Deaths):
        """The same where a job's end ends all of its control group, the janitor too."""
        more = {"track": "cgroup"}
        test_again_elsewhere = None


class Once(lab_kit.Case):
    """A holder of the run writes its name again and again."""
    HOLD = "id=$(cat /proc/sys/kernel/random/uuid); touch /w/begun; until [ -e /w/go ]; do echo $id >>/w/holders; sleep 0.2; done; echo done"

    def holders(self):
        """Their names, each as often as its turn came."""
        with open(self.project + "/holders") as f:
            names = f.read().split()
        return [n for n, before in zip(names, [None] + names) if n != before]

    def go(self, job):
        """Lets it end; its state then."""
        self.write("go", "")
        state = self.lab.ended(job)
        self.assertClean()
        turns = self.holders()
        self.assertEqual(len(turns), len(set(turns)), "two held it at once")
        return state

    def restart(self, off=2):
        """The controller dies, and comes back."""
        self.lab.kill_controller()
        time.sleep(off)
        self.lab.start_controller()
        kit.wait_for(lambda: self.lab.said("sinfo", "-h", "-o", "%D") == "2", 60, "the controller", 0.2)

    def test_controller(self):
        """the controller dies in the middle: the job goes on, as the one it was"""
        job = self.job("", self.HOLD)
        self.made("begun")
        time.sleep(6)  # until it has written down that it runs
        self.restart()
        self.assertEqual(self.go(job)["ExitCode"], "0:0", self.read("log"))
        self.assertEqual(len(self.holders()), 1)
        self.assertEqual(self.read("log").count("done\n"), 1)

    def test_twice(self):
        """the same run is submitted again by hand, on the other node: it is refused, and the first goes on"""
        job = self.job("", self.HOLD)
        self.made("begun")
        node = "n%d" % (3 - int(self.lab.state(job)["NodeList"][1:]))
        r = host.quiet(*self.lab.hosts[0].at(), "setpriv", "--reuid", str(self.uid), "--regid", str(self.uid), "--clear-groups",
                       "sbatch", "--parsable", "-w", node, "-o", self.dir + "/log", self.dir + "/job.sh", self.dir, kit.CNNRUN,
                       env=kit.environment(self.uid, **self.env), stdout=subprocess.PIPE, text=True)
        again = r.stdout.strip()
        self.assertTrue(again, r)
        self.assertEqual(self.lab.ended(again)["ExitCode"], "125:0")
        self.assertEqual(self.lab.state(job)["JobState"], "RUNNING")
        self.assertIn("has begun already", self.read("log"))
        self.assertEqual(self.go(job)["ExitCode"], "0:0", self.read("log"))
        self.assertEqual(self.exit()["status"], 0)
        self.assertEqual(len(self.holders()), 1)

    def reader(self, *words):
        p = self.start_cnnrun(*words, env=self.env, granted=False, around=self.lab.hosts[0].at(self.project))
        late = threading.Timer(60, p.kill)
        late.start()
        self.addCleanup(late.cancel)
        return p

    def test_log(self):
        """who reads a job's log is killed, and reads on from where that was: no line is lost or doubled"""
        job = self.job("", "i=0; while [ $i -lt 120 ]; do i=$((i + 1)); echo line $i; sleep 0.05; done; printf end")
        read = ""
        for lines in 20, 40, 10000:
            p = self.reader("logs", "-f", "--from", str(len(read)), job)
            for _ in range(lines):
                line = p.stdout.readline()
                read += line
                if not line:
                    break
            else:
                os.kill(host.child(p.pid), signal.SIGKILL)
            p.wait()
        self.assertEqual(read, "".join("line %d\n" % i for i in range(1, 121)) + "end")


class Forgotten(Once):
    test_controller = test_twice = test_log = None

    def nodes(self, state):
        for node in "n1", "n2":
            self.lab.said("scontrol", "update", "NodeName=" + node, "State=" + state, "Reason=test")

    def test_controller_early(self):
        """the controller dies as the job begins, forgets that and begins it again: one alone holds the run"""
        self.nodes("DRAIN")
        job = self.job("", self.HOLD)
        time.sleep(6)  # until it has written down that there is such a job
        self.nodes("RESUME")
        self.made("begun")
        self.restart(off=0)
        # It ends the one that it knows nothing of. Where it begins the other before that, on the same node, the
        # node refuses that and is drained, and the job is held: Slurm's own care.
        def another():
            now = self.lab.state(job)
            return "held" in now.get("Reason", "") or now.get("JobState") == "FAILED" or len(self.holders()) > 1
        kit.wait_for(another, 60, "another start", 0.2)
        self.nodes("RESUME")
        self.lab.said("scontrol", "release", job)
        status = self.go(job)["ExitCode"]
        self.assertIn(status, ("0:0", "125:0"), self.read("log"))
        if status == "125:0":  # Slurm does not count that start: to the lock it is the same one
            self.assertIn("has begun already", self.read("log"))
        self.assertEqual(self.read("log").count("done\n"), status == "0:0", self.read("log"))
