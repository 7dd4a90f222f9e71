# SPDX-License-Identifier: MIT
"""What an Epilog does on a node, and what it leaves alone."""
import os
import subprocess

import kit


class Epilog(kit.Case):
    def container(self, name, running=True, **labels):
        """One that somebody's launch, or image, has given these labels."""
        made = {"cnnrun." + k: str(v) for k, v in dict(dict(launch="1-" + name, uid=kit.USER, service=""), **labels).items()}
        status, reply = kit.engine.call("POST", "/containers/create?name=" + name, {
            "Image": "busybox", "Cmd": ["sleep", "1000"], "Labels": made, "StopSignal": "SIGKILL"})
        self.assertEqual(status, 201, reply)
        self.addCleanup(kit.engine.remove, name)
        if running is not None:
            kit.engine.call("POST", "/containers/%s/start" % name)
        if running is False:
            kit.engine.call("POST", "/containers/%s/kill" % name)
            kit.wait_for(lambda: not kit.engine.inspect(name)["State"]["Running"])

    def clean(self, *words, **more):
        """Names of the containers that are left."""
        r = self.run_cnnrun("clean", "--job", *words, **more)
        self.assertEqual(r.code, 0, r.err)
        return {n for n in kit.engine.containers() if n.startswith("kit-")}

    def test_job(self):
        """of one job all, of others what a power cut left, of other users nothing"""
        self.container("kit-seven", job=7)
        self.container("kit-seven-db", job=7, launch="1-kit-seven", service="db")
        self.container("kit-made", None, job=7)
        self.container("kit-eight", job=8)
        self.container("kit-eight-done", False, job=8, launch="1-kit-eight", service="once")
        self.container("kit-six", False, job=6, uid=kit.USER + 1)
        self.container("kit-other", job=7, uid=kit.USER + 1)
        self.container("kit-none", False, job="")
        kit.engine.call("POST", "/networks/create", {"Name": "kit-net", "Labels": {"cnnrun.job": "7"}})
        before = {n for n in kit.engine.containers() if n.startswith("kit-")}
        env = {"SLURM_JOB_UID": str(kit.USER)}
        self.assertEqual(self.clean("7", "--dry-run", env=env), before)
        self.assertEqual(self.clean("7", uid=kit.USER), before, "they have no mark of the user's")
        stay = {"kit-eight", "kit-eight-done", "kit-other", "kit-none"}
        self.assertEqual(self.clean("7", env=env), stay)
        self.assertNotIn("kit-net", kit.engine.networks())
        self.assertEqual(self.clean("7"), stay - {"kit-other"})

    def test_image(self):
        """an image that brings the label of a job: a container of no job has none"""
        status, reply = kit.engine.call("POST", "/containers/create?name=kit-image", {
            "Image": "busybox", "Labels": {"cnnrun.job": "7"}})
        self.addCleanup(kit.engine.remove, "kit-image")
        kit.engine.call("POST", "/commit?container=%s&repo=kit-labelled" % reply["Id"])
        self.addCleanup(kit.engine.call, "DELETE", "/images/kit-labelled?force=1")
        kit.engine.remove("kit-image")
        self.profile(image="kit-labelled")
        self.start_cnnrun("./cnnrun.lua", "--", "sleep", "1000", uid=kit.USER)
        name = self.new_container()
        self.assertEqual(kit.engine.inspect(name)["Config"]["Labels"]["cnnrun.job"], "")

    def test_script(self):
        """it is without mistakes, and never fails; a number of a job is nothing else"""
        r = self.run_cnnrun("export", "slurm-epilog")
        self.assertEqual((r.code, r.err), (0, ""))
        path = self.write("epilog", r.out, 0o755)
        subprocess.run(["shellcheck", "-s", "sh", path], check=True)
        for env in {}, {"SLURM_JOB_ID": "7; touch /x", "SLURM_JOB_UID": "0"}, {"SLURM_JOB_ID": "7"}:
            p = subprocess.run([path], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            self.assertEqual((p.returncode, p.stdout), (0, b""))
        for word in "", "7_1", "--all", "7 8":
            r = self.run_cnnrun("clean", "--job=" + word)
            self.assertEqual(r.code, 2, r.err)
            self.assertIn("number of a job", r.err)
        self.assertFalse(os.path.exists("/x"))
