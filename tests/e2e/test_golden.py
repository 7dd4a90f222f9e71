# SPDX-License-Identifier: MIT
"""The docker run line of every shipped profile and example is the one in tests/golden/, and the
files that they are exported to are those in tests/golden/export/.
CNNRUN_TEST_GOLDEN=write makes the files anew."""
import os
import re
import shutil
import unittest

import kit

FILES = os.path.join(kit.TOP, "tests", "golden")
# What an example asks for that not every machine has; every one has this group.
ON_EVERY_MACHINE = {'groups = { "input" }': 'groups = { "tty" }',
                    'groups = { "dialout" }': 'groups = { "tty" }'}
PLANS = {
    "shell": ["profiles/shell.lua", "-d", "none"],
    "shell-options": ["profiles/shell.lua", "-d", "none", "--name", "box", "--tag", "me:1", "-e",
                      "A=b c", "--detach", "--keep", "--", "ls", "-l"],
    "gui": ["profiles/gui.lua", "-d", "none"],
    "gui-xhost": ["profiles/gui.lua", "-d", "none", "--display", "xhost"],
    "train": ["profiles/train.lua", "-d", "none", "--", "--num_epochs", "1"],
    "train-gui": ["profiles/train.lua", "-d", "none", "--gui"],
    "desktop": ["examples/desktop.lua", "--image", "x"],
    "desktop-classic": ["examples/desktop.lua", "--image", "x", "--classic"],
}
# Which GPUs there are decides what these are; tests/lua looks at their plans.
OTHERS = {"build", "multi_gpu", "sweep"}
# Those that a cluster can run, with what it has to know.
CLUSTER = {
    "train": ["profiles/train.lua", "-d", "2", "--image", "registry.example/me/cnn:1", "--code", "pvc=work", "--",
              "--num_epochs", "1"],
    "shell": ["profiles/shell.lua", "-d", "none", "--tag", "registry.example/me/cnn:1", "--code", "image"],
    "desktop": ["examples/desktop.lua", "--image", "x"],
    "jupyter": ["examples/jupyter.lua", "--code", "git=https://git.example/me/notes@v1"],
    "web": ["examples/web.lua", "--code", "pvc=work"],
}
SCRIPTS = {
    "train": ["profiles/train.lua", "-d", "2", "--", "--num_epochs", "1"],
    "shell": ["profiles/shell.lua", "-d", "none", "-e", "TOKEN=hidden", "--", "make"],
    "jupyter": ["examples/jupyter.lua"],
    "web": ["examples/web.lua", "--slurm", "account=me", "--slurm", "comment=for the # web"],
    "grid": ["grid.lua", "--parallel", "4", "--after", "42", "--after", "43_1:any"],
}
SWEEP = """return require "cnnrun".profile {
	options = { lr = { default = 0.1 }, seed = { default = 1 } },
	setup = function(c, opt)
		c:image "busybox":command { "echo", opt.lr, opt.seed }
		c:sweep { lr = { 1e-2, 1e-3 }, seed = { 1, 2, 3 } }:gpus { count = 1, type = "h100" }
		c:time "90m":checkpoint { before = "2m" }:retries(3):env { API_TOKEN = "hidden" }
	end,
}
"""
EXPORTS = {"docker": ".sh.txt", "compose": ".yaml", "devcontainer": ".json"}


def masked(text, project):
    user = re.search(r"--env USER=(\S+)|\bUSER(?:\"?: |\s+value: )\"?(\w+)", text)
    if user:
        text = re.sub(r"\b%s\b" % re.escape(user[1] or user[2]), "ME", text)
    for pattern, name in (re.escape(project), "PROJECT"), (re.escape(kit.SCRATCH), "SCRATCH"), (
            r"(cnnrun-\w+)-[0-9a-f]{6}\b", r"\1-XXXXXX"), (
            r"\bproject-[a-z0-9-]+:latest", "demo-cnn:latest"), (
            r"=\S*/share/cnnrun/", "=PREFIX/share/cnnrun/"), (
            r"DISPLAY=:\d+", "DISPLAY=:N"), (r"display :\d+", "display :N"), (
            r"\.X11-unix/X\d+", ".X11-unix/XN"):
        text = re.sub(pattern, name, text)
    # a time zone is put in where the machine has one
    return re.sub(r" *(#|//) cnnrun also puts in /etc/(timezone|localtime)\n", "", text)


class Golden(kit.Case):
    uid = kit.USER

    def setUp(self):
        super().setUp()
        self.write("docker/Dockerfile", "FROM scratch\n")
        self.write(".env", "PGUSER=me\n")
        self.write("public/index.html", "")
        for name in os.listdir(os.path.join(kit.TOP, "examples")):
            source = os.path.join(kit.TOP, "examples", name)
            if os.path.isdir(source):
                shutil.copytree(source, os.path.join(self.project, "examples", name))
            elif name.endswith(".lua"):
                with open(source) as f:
                    text = f.read()
                for asked, there in ON_EVERY_MACHINE.items():
                    text = text.replace(asked, there)
                self.write("examples/" + name, text)

    def plans(self):
        named = {words[0] for words in PLANS.values()}
        for name in sorted(os.listdir(os.path.join(self.project, "examples"))):
            path = "examples/" + name
            if path.endswith(".lua") and path not in named and name[:-4] not in OTHERS:
                yield name[:-4], [path]
        yield from PLANS.items()

    def test_every_plan(self):
        """the docker run lines are as ever"""
        for name, words in self.plans():
            with self.subTest(name):
                self.same(name + ".txt", "plan", words[0], "--docker", *words[1:])

    def test_every_export(self):
        """so are what they are exported to"""
        for name, words in self.plans():
            for kind, ending in EXPORTS.items():
                with self.subTest(name, kind=kind):
                    self.same("export/" + name + ending, "export", kind, *words)

    def test_every_job(self):
        """and the Kubernetes objects of those that a cluster can run"""
        for name, words in CLUSTER.items():
            with self.subTest(name):
                self.same("export/%s.k8s.yaml" % name, "export", "k8s", *words)

    def test_every_script(self):
        """and the scripts for sbatch, which need no Slurm and hold no secret"""
        self.write("grid.lua", SWEEP)
        for name, words in SCRIPTS.items():
            with self.subTest(name):
                self.same("slurm/%s.sh.txt" % name, "--on", "slurm:gpu", "--dry-run", *words)
                with open(os.path.join(FILES, "slurm/%s.sh.txt" % name)) as f:
                    self.assertNotIn("hidden", f.read())

    def same(self, file, *words):
        r = self.run_cnnrun(*words, granted=False,
                            env={"LANG": "C.UTF-8", "WAYLAND_DISPLAY": None, "PULSE_SERVER": None})
        self.assertEqual(r.code, 0, r.err)
        text = masked(r.out, self.project)
        path = os.path.join(FILES, file)
        if os.environ.get("CNNRUN_TEST_GOLDEN") == "write":
            with open(path, "w") as f:
                f.write(text)
        with open(path) as f:
            self.assertEqual(text, f.read())


if __name__ == "__main__":
    unittest.main()
