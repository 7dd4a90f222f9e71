# SPDX-License-Identifier: MIT
"""Profiles as jobs of a real Slurm, two nodes of which are on this machine."""
import json
import os
import re

import jobs_kit

SCRIPT = """#!/bin/sh
#SBATCH --job-name=cnnrun
#SBATCH --partition=gpu
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=2
#SBATCH --gpus-per-node=h100:2
#SBATCH --cpus-per-task=2
#SBATCH --mem=128M
#SBATCH --time=120
#SBATCH --signal=10@60
#SBATCH --requeue
"""


class Slurm(jobs_kit.Case):
    def test_script(self):
        """The script needs no Slurm and holds no secret; what cannot be is said with its line."""
        self.write("cnnrun.lua", jobs_kit.PROFILE % 'c:network "host":nodes(2):tasks { per_node = 2 }:gpus { count = 1, type = "h100" }'
                   ':limit { cpus = 2, memory = "64m" }:time "2h":checkpoint { signal = "USR1" }:env { MY_TOKEN = "hidden" }')
        r = self.run_cnnrun("--on", "slurm:gpu", "--dry-run", "./cnnrun.lua", granted=False)
        self.assertEqual((r.code, r.err), (0, ""))
        self.assertTrue(r.out.startswith(SCRIPT), r.out)
        self.assertNotIn("hidden", r.out)
        for call, said in ("c:nodes(2)", "cnnrun.lua:5: nodes: tasks on several nodes"), \
                ("c:tasks { per_node = 2 }", "cnnrun.lua:5: tasks: each has a container"), \
                ('c:time "1m":checkpoint { before = "50s" }', "cnnrun.lua:5: checkpoint: Slurm gives the signal up to a minute earlier"), ("c:box()", "cnnrun.lua:5: box is"):
            self.write("cnnrun.lua", jobs_kit.PROFILE % call)
            r = self.run_cnnrun("--on", "slurm", "--dry-run", "./cnnrun.lua", granted=False)
            self.assertEqual(r.code, 125, r.err)
            self.assertIn(said, r.err)

    def test_ends(self):
        """A job's end is that of its command, its files are the user's, its plan nobody else's."""
        job = self.job("echo out; touch /w/made; exit 9")
        self.assertEqual(self.slurm.ended(job)["ExitCode"], "9:0", self.read("log"))
        said = json.loads(self.read("exit.json"))
        self.assertRegex(said.pop("when"), r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(said, {"job": int(job), "turn": 0, "status": 9, "tasks": [9]})
        self.assertIn("out\n", self.read("log"))
        self.assertEqual(os.stat(self.project + "/made").st_uid, self.uid)
        for name in "plan.json", "variables.json":
            self.assertEqual(os.stat(os.path.join(self.dir, name)).st_mode & 0o777, 0o600)
        self.assertEqual(self.slurm.ended(self.job("nosuch"))["ExitCode"], "127:0")

    def test_refused(self):
        """What was not granted is refused at once, and nothing waits in the queue."""
        before = self.slurm.said("squeue", "-h", "-o", "%i")
        self.write("cnnrun.lua", jobs_kit.PROFILE % 'c:network "host"')
        r = self.run_cnnrun("--on", "slurm", "./cnnrun.lua", "--", "true", env=self.env, granted=False)
        self.assertEqual(r.code, 125)
        self.assertIn("is not allowed", r.err)
        self.assertEqual(self.slurm.said("squeue", "-h", "-o", "%i"), before)

    def test_frozen(self):
        """What the profile says later counts for nothing; nor does a plan that asks for more."""
        job = self.job("until [ -e go ]; do sleep 0.2; done; echo kept", "c:network 'host'")
        self.write("cnnrun.lua", "error 'changed'")
        self.write("go", "")
        self.assertEqual(self.slurm.ended(job)["ExitCode"], "0:0", self.read("log"))
        self.assertIn("kept\n", self.read("log"))
        plan = json.loads(self.read("plan.json"))
        plan["rights"] = []
        with open(os.path.join(self.dir, "plan.json"), "w") as f:
            json.dump(plan, f)
        for begun, said in (True, "has begun already"), (False, "is not allowed"):
            if not begun:
                os.remove(os.path.join(self.dir, "begun.0.0"))
            r = self.run_cnnrun("node-run", self.dir, env={"SLURM_JOB_ID": job, "SLURM_PROCID": "0"}, granted=False)
            self.assertEqual(r.code, 125, r.err)
            self.assertIn(said, r.err)

    def test_ranks(self):
        """Four tasks on two nodes know each other; one that dies ends all."""
        call = "c:network 'host':nodes(2):tasks { per_node = 2 }"
        job = self.job('echo "r$RANK l$LOCAL_RANK n$NODE_RANK of $WORLD_SIZE"', call)
        self.assertEqual(self.slurm.ended(job)["ExitCode"], "0:0", self.read("log"))
        said = sorted(re.findall("^[0-9]: (r.*)", self.read("log"), re.M))
        self.assertEqual(said, ["r0 l0 n0 of 4", "r1 l1 n0 of 4", "r2 l0 n1 of 4", "r3 l1 n1 of 4"])
        job = self.job('if [ $RANK = 2 ]; then sleep 2; exit 7; fi; trap "exit 1" TERM; while :; do sleep 0.2; done', call)
        self.assertEqual(self.slurm.ended(job, 25)["ExitCode"], "7:0", self.read("log"))
