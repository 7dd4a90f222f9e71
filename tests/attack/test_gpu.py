# SPDX-License-Identifier: MIT
"""Attempts on GPUs that somebody holds, and by what a profile says of GPUs."""
import os
import subprocess

import attack
import gpus
import kit

STRANGER = 47113  # who has no name on this machine
# Holds names as another program would; says so, and stays.
SQUATTER = r"""
import socket, sys, time
held = []
for name in sys.argv[1:]:
    kind, name = name.split(" ", 1)
    s = socket.socket(socket.AF_UNIX, getattr(socket, "SOCK_" + kind))
    try:
        s.bind("\0" + name.replace("NUL", "\0"))
        held.append(s)
    except OSError as e:
        print(e.strerror, flush=True)
print("done", flush=True)
time.sleep(1000)
"""


class Gpu(attack.Attack):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        gpus.own_network()
        cls.machine = gpus.Machine(kit.SCRATCH)

    def hold(self, name, wish='count = 4, pick = "free"'):
        self.profile("c:gpus { %s }" % wish, 'c:name "%s"' % name, name=name + ".lua")
        p = self.start_cnnrun("./%s.lua" % name, "--", "sleep", "1000", env=self.machine.env)
        kit.wait_for(lambda: len(self.machine.holders(uid=self.uid)) == 4, 30, "its GPUs")
        kit.wait_for(lambda: name in kit.engine.containers(), 30, "its container")
        return p

    def squat(self, *names, uid=STRANGER, kind="DGRAM"):
        """What another user's program gets when it tries to hold these."""
        p = subprocess.Popen(["setpriv", "--reuid", str(uid), "--regid", str(uid), "--clear-groups",
                              "/usr/bin/python3", "-c", SQUATTER] + [kind + " " + name for name in names], stdout=subprocess.PIPE,
                             text=True)
        self.addCleanup(self.end_squatter, p)
        said = []
        for line in p.stdout:
            if line == "done\n":
                return said
            said.append(line.strip())
        return said

    @staticmethod
    def end_squatter(p):
        p.kill()
        p.wait()
        p.stdout.close()

    def one(self, *more, wish='{ count = 1, pick = "free" }'):
        self.profile("c:gpus%s" % wish, *more)
        return self.run_cnnrun("./cnnrun.lua", "--", "true", env=self.machine.env)

    def test_taken_away(self):
        """another user takes a GPU that is held, by its name"""
        self.hold("mine")
        said = self.squat(*["cnnrun/gpu/" + uuid for uuid in gpus.UUIDS])
        self.assertEqual(said, ["Address already in use"] * 4)
        holders = self.machine.holders(uid=self.uid)
        self.assertEqual({h["uid"] for h in holders.values()}, {self.uid})

    def test_blamed(self):
        """another user holds GPUs and would have it said that it is you"""
        self.squat(*["cnnrun/gpu/" + uuid for uuid in gpus.UUIDS])
        r = self.one()
        self.assertEqual(r.code, 125)
        self.assertIn("GPU 0, 1, 2, 3 held by u%d;" % STRANGER, r.err)
        self.assertEqual({h["uid"] for h in self.machine.holders(uid=self.uid).values()}, {STRANGER})

    def test_keeps_the_turn(self):
        """another user keeps the turn to pick: others pick all the same"""
        self.squat("cnnrun/gpu-turn")
        self.assertEqual(self.one().code, 0)

    def test_false_names(self):
        """names that are no GPU's, and such as would be printed, hold and say nothing"""
        self.squat("cnnrun/gpu/", "cnnrun/gpu/\x1b[2J", "cnnrun/gpu/" + "x" * 90,
                   "cnnrun/gpu/" + gpus.UUIDS[0] + "NULx")
        self.squat("cnnrun/gpu/" + gpus.UUIDS[0], kind="STREAM")
        self.assertEqual(self.machine.holders(uid=self.uid), {})
        self.assertEqual(self.one().code, 0)

    def test_false_label(self):
        """a container that says by its label that it is the holder"""
        self.hold("mine")
        labels = {"cnnrun": "1", "cnnrun.uid": str(self.uid), "cnnrun.gpus": " ".join(gpus.UUIDS)}
        words = [w for label in labels.items() for w in ("--label", "%s=%s" % label)]
        subprocess.run(["docker", "run", "-d", "--rm", "--name", "false", *words, "busybox", "sleep", "1000"],
                       check=True, stdout=subprocess.DEVNULL)
        self.addCleanup(kit.engine.remove, "false")
        kit.wait_for(lambda: self.machine.holders(uid=self.uid)[0].get("container"), 20, "the name")
        held = self.machine.holders(uid=self.uid)
        self.assertEqual({h["container"] for h in held.values()}, {"mine"})
        self.profile('c:label("cnnrun.gpus", "%s")' % gpus.UUIDS[0])
        self.assertHeld(self.attempt("./cnnrun.lua"), "cnnrun.gpus")

    def test_unasked(self):
        """GPUs by a count, a CDI name or the runtime, which nobody granted"""
        for call, right in (('c:gpus { count = 2, pick = "free", wait = true }', "use 2 of the GPUs"),
                            ('c:gpus { count = 1, runtime = true }', "use 1 of the GPUs"),
                            ('c:gpus("all", { capabilities = "all" })', "use all GPUs"),
                            ('c:device "nvidia.com/gpu=all"', "use the device nvidia.com/gpu=all")):
            self.profile(call)
            env = dict(self.machine.env, DOCKER_HOST="unix:///nonexistent")
            self.assertTrue([r for r in self.rights("./cnnrun.lua", env=env) if r.startswith(right)], call)
            if "device" not in call and "runtime" not in call:  # which this engine has not
                self.assertHeld(self.attempt("./cnnrun.lua", "--", "true", env=self.machine.env),
                                "is not allowed to " + right)

    def test_hidden_in_a_name(self):
        """CDI names with a path, a list or a line end in them"""
        for name in ("nvidia.com/gpu=0,nvidia.com/gpu=1", "../dev/mem", "a/b=c:/x", "a/b=c d",
                     "a/b=c=d", "/b=c", "a/=c", "a/b=", "a/b=-c"):
            self.profile('c:device "%s"' % name)
            r = self.attempt("plan", "./cnnrun.lua")
            self.assertTrue(r.code or "A run from here would fail" in r.out, name)

    def test_waits_for_ever(self):
        """a launch that waits has made nothing, and can be ended"""
        self.hold("mine")
        before = set(kit.engine.containers())
        self.profile('c:gpus { count = 1, pick = "free", wait = true }')
        p = self.start_cnnrun("./cnnrun.lua", "--", "true", env=self.machine.env)
        self.assertIn("waiting for a GPU", p.stderr.readline())
        self.assertEqual(set(kit.engine.containers()), before)
        os.kill(p.pid, 15)
        self.assertEqual(p.wait(10), -15)
