# SPDX-License-Identifier: MIT
"""What of the allocation a task's container gets: GPUs, CPUs, memory."""
import os
import tempfile

import gpus
import jobs_kit
import kit


class Gpus(jobs_kit.Case):
    def seen(self):
        """What NVIDIA's hook was asked for, by the containers since."""
        with open(os.environ["HOOK_REQUESTS"]) as f:
            f.seek(self.asked)
            return sorted(w.split("=")[1] for line in f for w in line.split() if w.startswith("NVIDIA_VISIBLE_DEVICES="))

    def setUp(self):
        super().setUp()
        with open(os.environ["HOOK_REQUESTS"], "a") as f:
            self.asked = f.seek(0, os.SEEK_END)

    def container(self, job):
        """Of a job: as the engine has it, once it runs."""
        def found():
            return [c for c in kit.engine.containers().values() if c["Labels"].get("cnnrun.job") == job]
        name = kit.wait_for(found, 30, "the container of " + job)[0]["Id"]
        return kit.engine.inspect(name)["HostConfig"]

    def test_two_jobs(self):
        """Two jobs of one GPU on one node have one each, at the same time."""
        wait = self.until("go")
        jobs = [self.job(wait, "c:gpus { count = 1 }") for _ in range(2)]
        for job in jobs:
            self.container(job)
        self.assertEqual({self.slurm.state(job)["NodeList"] for job in jobs}, {"n1"})
        self.write("go", "")
        for job in jobs:
            self.assertEqual(self.slurm.ended(job)["ExitCode"], "0:0", self.log())
        self.assertEqual(self.seen(), ["0", "1"])

    def test_tasks(self):
        """Two tasks on a node share its GPUs out; "all" is all of an allocation, which is the whole node."""
        job = self.job("true", 'c:network "host":tasks { per_node = 2 }:gpus { count = 1 }')
        self.assertEqual(self.slurm.ended(job)["ExitCode"], "0:0", self.log())
        self.assertEqual(self.seen(), ["0", "1"])
        job = self.job(self.until("go"), 'c:gpus "all"')
        self.container(job)
        self.assertEqual(self.slurm.state(job)["OverSubscribe"], "NO")
        self.write("go", "")
        self.assertEqual(self.slurm.ended(job)["ExitCode"], "0:0", self.log())
        self.assertIn("0,1", self.seen())

    def test_confined(self):
        """Where a job sees its own devices alone, counted from 0, it gets these and no others."""
        where = tempfile.mkdtemp(dir=kit.SCRATCH)
        os.chmod(where, 0o755)
        machine = gpus.Machine(where)
        job = self.job("true", "c:gpus { count = 2 }")
        self.assertEqual(self.slurm.ended(job)["ExitCode"], "0:0", self.log())
        for i, (step, given) in enumerate((("2,3", "2,3"), ("4,5,6,7", ",".join(gpus.UUIDS[:2])))):
            r = self.run_cnnrun("node-run", self.dir, granted=False, env=dict(
                machine.env, SLURM_JOB_ID=job, SLURM_PROCID="0", SLURM_RESTART_COUNT=str(i + 5), SLURM_STEP_GPUS=step,
                CUDA_VISIBLE_DEVICES="0,1"))
            self.assertEqual(r.code, 0, r.err)
            self.assertIn(given, self.seen())

    def test_limits(self):
        """CPUs and memory are the allocation's, or the profile's where that asks for less."""
        job = self.job(self.until("go"), 'c:limit { memory = "64m", cpus = 1 }')
        other = self.job(self.until("go"), "c:tasks { per_node = 1 }")
        has = self.container(job)
        self.assertEqual((has["Memory"], has["NanoCpus"]), (64 << 20, 10 ** 9))
        has = self.container(other)
        self.assertEqual((has["Memory"], has["NanoCpus"]), (256 << 20, 10 ** 9))  # DefMemPerCPU, one CPU
        self.write("go", "")
        for j in job, other:
            self.assertEqual(self.slurm.ended(j)["ExitCode"], "0:0", self.log())
        os.remove(self.project + "/go")
        p = self.start_cnnrun("node-run", self.dir, granted=False, before=("taskset", "-c", "1"),
                              env={"SLURM_JOB_ID": "7", "SLURM_PROCID": "0", "SLURM_RESTART_COUNT": "5"})
        has = self.container("7")
        self.assertEqual((has["CpusetCpus"], has["NanoCpus"]), ("1", 0))
        self.write("go", "")
        self.assertEqual(p.wait(30), 0)
