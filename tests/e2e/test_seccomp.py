# SPDX-License-Identifier: MIT
"""System calls by a file of the project, as docker's --security-opt seccomp=FILE."""
import json
import os

import image_kit
import kit
import podman

NO_MKDIR = {"defaultAction": "SCMP_ACT_ALLOW",
            "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1}]}
ALL = {"defaultAction": "SCMP_ACT_ALLOW"}
TRY = "mkdir /tmp/x 2>&1; unshare -U true 2>/dev/null && echo namespace"
DENIED = "mkdir: can't create directory '/tmp/x': Operation not permitted\n"


class Calls:
    def calls(self, *options, **files):
        for name, what in files.items():
            self.write("calls/%s.json" % name, json.dumps(what, indent=2))
        self.profile('c:network "none"', *('c:security "%s"' % o for o in options))

    def ran(self, *words):
        r = self.launch("./cnnrun.lua", *words, "--", "sh", "-c", TRY)
        self.assertEqual(r.code, 0 if "namespace" in r.out else 1, r.err)
        return r.out

    def test_denied(self):
        """a file that refuses mkdir"""
        self.calls("seccomp=calls/no.json", no=NO_MKDIR)
        self.assertEqual(self.ran(), DENIED + "namespace\n")

    def test_allowed(self):
        """a file that lets everything through, which the engine's own does not"""
        self.calls()
        self.assertEqual(self.ran(), self.without)
        self.calls("seccomp=calls/all.json", all=ALL)
        self.assertEqual(self.ran(), "namespace\n")

    def test_last_counts(self):
        """of several the last counts"""
        self.calls("seccomp=calls/all.json", "seccomp=calls/no.json", all=ALL, no=NO_MKDIR)
        self.assertEqual(self.ran(), DENIED + "namespace\n")
        self.calls("seccomp=calls/gone.json", "seccomp=unconfined")
        self.assertEqual(self.ran(), "namespace\n")


class Docker(Calls, kit.Case):
    uid = kit.USER
    without = ""

    def launch(self, *words):
        return self.run_cnnrun(*words)

    def test_said(self):
        """plan names the file, the docker line too, and the right names what is in it"""
        self.calls("seccomp=calls/all.json", all=ALL)
        path = os.path.realpath(os.path.join(self.project, "calls/all.json"))
        r = self.run_cnnrun("plan", "./cnnrun.lua", granted=False)
        self.assertIn("security   seccomp=calls/all.json\n", r.out)
        self.assertRegex(r.out, 'change its confinement: "seccomp=%s sha256:[0-9a-f]{64}"  \\(not granted' % path)
        r = self.run_cnnrun("plan", "./cnnrun.lua", "--docker", granted=False)
        self.assertIn("--security-opt seccomp=%s " % path, r.out)

    def test_box(self):
        """what has changed in the file is news of a box"""
        self.calls("seccomp=calls/all.json", all=ALL)
        self.profile('c:security "seccomp=calls/all.json"', "c:box()", 'c:name "calls"')
        self.addCleanup(kit.engine.remove, "calls")
        for said in False, False, True:
            if said:
                self.write("calls/all.json", json.dumps(NO_MKDIR))
            r = self.run_cnnrun("./cnnrun.lua", "--", "true")
            self.assertEqual((r.code, "the profile has changed" in r.err), (0, said), r.err)


class Podman(Calls, podman.Service):
    uid = kit.USER
    without = "namespace\n"

    def setUp(self):
        super().setUp()
        image_kit.load("busybox", to=self.words())

    def launch(self, *words):
        return self.podman_run(*words)


class Rootless(podman.Rootless, Podman):
    """Which reads the file as its user."""
