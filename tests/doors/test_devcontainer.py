# SPDX-License-Identifier: MIT
"""Devcontainers, run by cnnrun and by the devcontainer CLI: the same containers by inspect, and
the same seen from inside."""
import json
import os
import re
import shutil
import subprocess

import doors
import kit

# Of the files, by directory: who a command is run as, where, what the commands before it have left.
FILES = {
    "python": ("vscode", "/workspaces/python", "installed"),
    "built": ("vscode", "/workspaces/built", "made updated prepared"),
    "node": ("node", "/app", "npm install started"),
    "ros": ("root", "/ws", "attached"),
    "training": ("root", "/workspaces/training", ""),
    "database": ("root", "/workspaces/database", "migrated"),
    "go": ("vscode", "/workspaces/go", ""),
    "rust": ("vscode", "/workspaces/rust", "vscode"),
    "docs": ("root", "/tmp", ""),
    "robot": ("root", "/workspaces/robot/src", "a"),
}
SHORT = ("built", "docs")
LOOK = "id -un; pwd; echo $(cat /tmp/done /tmp/started /tmp/attached 2>/dev/null); env"

# What is different by intention: who the first process runs as and what it is (a box's only
# waits), where it starts, and names that the CLI adds.
APART = ("words", "user", "workdir", "signal", "timeout", "env", "groups")


class Devcontainer(kit.Case):
    uid = kit.USER

    def setUp(self):
        super().setUp()
        self.addCleanup(self.down)

    def down(self):
        for name in set(kit.engine.containers()) - self.before["containers"]:
            kit.engine.remove(name)
        for n in kit.engine.networks() - self.before["networks"]:
            kit.engine.call("DELETE", "/networks/" + n)
        for v in kit.engine.volumes() - self.before["volumes"]:
            kit.engine.call("DELETE", "/volumes/" + v)

    def theirs(self, config, *words):
        command = [*doors.devcontainer_cli(self.uid), words[0], "--workspace-folder", self.project,
                   "--config", os.path.join(self.project, config), "--docker-compose-path", "docker-compose", *words[1:]]
        r = subprocess.run(command, env=kit.environment(self.uid, DOCKER_BUILDKIT="0"), cwd=self.project, timeout=240,
                           check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
        self.assertEqual(r.returncode, 0, r.stdout + r.stderr)
        return r.stdout

    def by_cli(self, config):
        said = self.theirs(config, "up", "--buildkit", "never")
        made = json.loads(said.strip().splitlines()[-1])
        seen = kit.engine.inspect(made["containerId"])
        inside = self.theirs(config, "exec", "sh", "-c", LOOK)
        others = self.others(made["containerId"])
        self.down()
        return seen, inside, others

    def by_cnnrun(self, config):
        r = self.run_cnnrun("./" + config, "-q", "--", "sh", "-c", LOOK)
        self.assertEqual(r.code, 0, r.err)
        boxes = [n for n, c in kit.engine.containers().items() if n not in self.before["containers"]
                 and not c["Labels"].get("cnnrun.service")]
        self.assertEqual(len(boxes), 1, boxes)
        seen = kit.engine.inspect(boxes[0])
        others = self.others(seen["Id"])
        self.assertEqual(self.run_cnnrun("./" + config, "-q", "--", "sh", "-c", LOOK).code, 0)  # enters it
        self.down()
        return seen, r.out, others

    def others(self, main):
        new = [kit.engine.inspect(n) for n in kit.engine.containers() if n not in self.before["containers"]]
        return sorted(([c["Image"], doors.mounts(c), doors.variables(c)] for c in new if c["Id"] != main), key=str)

    def assertInside(self, kind, text):
        who, where, done = FILES[kind]
        lines = text.splitlines()
        self.assertEqual(lines[:3], [who, where, done], text)

    def variables(self, text, config):
        """Those that the file names."""
        with open(os.path.join(self.project, config)) as f:
            names = set(re.findall(r'"([A-Z][A-Z0-9_]+)[":=]', f.read()))
        all_of = dict(line.partition("=")[::2] for line in text.splitlines()[3:] if "=" in line)
        return {n: all_of.get(n) for n in names}

    def check_file(self, kind):
        where = os.path.join(self.project, kind)
        shutil.copytree(os.path.join(doors.HERE, "devcontainer", kind), where)
        self.project = where
        kit.tool("chown", "-R", "%d:%d" % (self.uid, self.uid), where)
        config = kit.tool("find", where, "-name", "*devcontainer.json").strip()[len(where) + 1:]
        base()
        with open(os.path.join(where, config)) as f:
            image = re.findall(r'"image": "([^"]+)"', f.read())
        for name in image + (["postgres:16"] if kind == "database" else []):
            kit.tool("docker", "tag", "devcontainer-base", name, env=kit.environment())
        mine, inside, beside = self.by_cnnrun(config)
        self.assertInside(kind, inside)
        if not doors.LONG:
            return
        other, inside_other, beside_other = self.by_cli(config)
        self.assertInside(kind, inside_other)
        self.assertEqual(self.variables(inside, config), self.variables(inside_other, config))
        self.assertEqual(beside, beside_other)
        ours, theirs = doors.seen(mine), doors.seen(other)
        if os.environ.get("DOORS_DUMP"):
            with open(os.path.join(os.environ["DOORS_DUMP"], kind + ".json"), "w") as f:
                json.dump([other, mine], f, indent=1)
        for key, want in theirs.items():
            # an image that was built or changed for its user is each one's own
            if key in APART or key == "image" and (FILES[kind][0] != "root" or "build" in kind or kind == "robot"):
                continue
            with self.subTest(key):
                if key == "mounts":
                    want = [(a, ours_of(b), c, d) for a, b, c, d in want]
                    self.assertEqual([(a, ours_of(b), c, d) for a, b, c, d in ours[key]], want)
                elif key == "ports":
                    forwarded = set(ours[key]) - set(want)  # the CLI leaves them to an editor
                    self.assertEqual({k: v for k, v in ours[key].items() if k not in forwarded}, want)
                else:
                    self.assertEqual(ours[key], want)


def ours_of(name):
    """A volume that is named after the devcontainer's id is each one's own."""
    return re.sub(r"-[0-9a-z]{52}$", "-ID", name)


def base():
    """What stands in for all images."""
    if "devcontainer-base:latest" not in {t for i in kit.engine.get("/images/json") for t in i["RepoTags"] or ()}:
        subprocess.run(["docker", "build", "-q", "-t", "devcontainer-base",
                        os.path.join(doors.HERE, "devcontainer/image")], check=True, stdout=subprocess.DEVNULL,
                       env=kit.environment(DOCKER_BUILDKIT="0"))


def add(kind):
    def test(self):
        self.check_file(kind)
    test.__doc__ = "the devcontainer %s is that of the devcontainer CLI" % kind
    setattr(Devcontainer, "test_" + kind, test)


for one in FILES if doors.LONG else SHORT:
    add(one)
