# SPDX-License-Identifier: MIT
"""docs/from-docker.md: notebooks, web interfaces and training."""
import os

import gpus
import kit
from project_kit import Project, free_port
from test_gpu import asked_since, lines


class Jupyter(Project, kit.Case):
    kind, images = "jupyter", ("quay.io/jupyter/scipy-notebook:latest",)
    uid = 1001  # another than the image's jovyan

    def session(self):
        port = free_port()
        p = self.start_cnnrun("./cnnrun.lua", env={"JUPYTER_PORT": str(port)})
        line = p.stdout.readline()
        self.assertIn("/lab?token=", line, "" if line else p.communicate()[1])
        body = self.served(port, "/lab?token=0af3")
        self.stop(p)
        self.assertEqual(p.stderr.read(), "")  # its own init has nothing to say
        return body

    def test_twice(self):
        """it answers on the port of the variable; notebooks are yours; settings stay"""
        self.assertEqual([self.session(), self.session()], ["1", "2"])
        self.assertEqual(self.read("Untitled.ipynb"), "{}")
        self.assertYours()


class Diffusion(Project, kit.Case):
    kind, images = "diffusion", ("python:3.12-slim",)
    rights = ("use GPU 0",)

    def session(self):
        port, had = free_port(), len(lines())
        p = self.start_cnnrun("./cnnrun.lua", env={"WEBUI_PORT": str(port)})
        body = self.served(port, "/a-cat")
        self.stop(p)
        self.assertEqual(asked_since(had), {"NVIDIA_VISIBLE_DEVICES": "0",
                                            "NVIDIA_DRIVER_CAPABILITIES": "compute,utility"})
        return body

    def test_twice(self):
        """it has the GPU as its image says; pictures are yours; the model is fetched once"""
        self.assertEqual([self.session(), self.session()], ["fetched", "kept"])
        self.assertEqual(self.read("outputs/0001.png"), "/a-cat")
        self.assertYours()


class Training(Project, kit.Case):
    kind, images = "training", ("nvcr.io/nvidia/pytorch:24.05-py3",)
    rights = "know your variable WANDB_API_KEY", "use 2 of the GPUs"

    @classmethod
    def setUpClass(cls):
        gpus.own_network()
        super().setUpClass()
        cls.machine = gpus.Machine(kit.SCRATCH)

    def setUp(self):
        super().setUp()
        self.write("set/set", "images")
        self.env = dict(self.machine.env, DATA_DIR=os.path.join(self.project, "set"))

    def epoch(self, **env):
        return self.ran(env=env).out.splitlines()

    def test_goes_on(self):
        """two workers on two GPUs; the second run begins at the first one's checkpoint"""
        self.assertEqual(self.epoch(WANDB_API_KEY="k-1"),
                         ["== a framework ==", "epoch 1 of images, 2 workers, key given"])
        self.assertIn("epoch 2 of images", self.epoch()[-1])
        self.assertEqual(sorted(os.listdir(os.path.join(self.project, "runs"))), ["checkpoint-0", "checkpoint-1"])
        self.assertYours()

    def test_secret(self):
        """the key is in no plan"""
        for words in (), ("--json",), ("--docker",):
            r = self.run_cnnrun("plan", *words, env={"WANDB_API_KEY": "k-secret"})
            self.assertEqual(r.code, 0, r.err)
            self.assertNotIn("k-secret", r.out)

    def test_free(self):
        """it takes those that nobody uses"""
        self.machine.busy((1000, 90, 2), (40960, 0, 0), (1000, 50, 1), (40960, 0, 0))
        had = len(lines())
        self.epoch()
        self.assertEqual(asked_since(had)["NVIDIA_VISIBLE_DEVICES"], ",".join((gpus.UUIDS[1], gpus.UUIDS[3])))
