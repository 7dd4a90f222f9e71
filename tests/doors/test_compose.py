# SPDX-License-Identifier: MIT
"""Compose files, run by cnnrun and by docker-compose: the same containers by inspect."""
import json
import os
import re
import shutil
import subprocess

import doors
import kit

# Of the files, by directory: the service that is asked for (None: it is found), and variables.
FILES = {
    "shop": (None, {}), "training": (None, {}), "inference": (None, {"MODEL": "bert"}), "built": (None, {}),
    "extended": ("worker", {}), "profiles": (None, {}), "migrated": (None, {}), "variables": (None, {"ROOT": "/mlruns/a"}),
    "ros": (None, {}), "hardened": (None, {}), "secrets": (None, {}), "monitoring": (None, {}), "desktop": (None, {}),
    "runner": (None, {}), "ports": (None, {}),
}
SHORT = ("shop", "extended", "hardened")


class Compose(kit.Case):
    uid = kit.USER

    def setUp(self):
        super().setUp()
        self.addCleanup(self.down)

    def down(self):
        subprocess.run(self.compose("down", "-v", "-t", "1"), cwd=self.project, env=self.env(), timeout=120, check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for v in kit.engine.volumes() - self.before["volumes"]:
            kit.engine.call("DELETE", "/volumes/" + v)

    def compose(self, *words):
        return ["docker-compose", "-p", self.name, "-f", "compose.yaml"] + list(words)

    def env(self):
        home = kit.environment(self.uid)["HOME"]
        return dict(kit.environment(), HOME=home, DOCKER_BUILDKIT="0", **FILES[self.kind][1])

    def by_docker_compose(self):
        """Its containers by service."""
        service = FILES[self.kind][0]
        r = subprocess.run(self.compose("up", "-d", *filter(None, [service])), cwd=self.project, env=self.env(),
                           timeout=180, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(r.returncode, 0, r.stdout)
        found = {}
        for name, c in kit.engine.containers().items():
            if c["Labels"].get("com.docker.compose.project") == self.name:
                found[c["Labels"]["com.docker.compose.service"]] = kit.engine.inspect(name)
        self.down()
        return found

    def by_cnnrun(self, among):
        service, env = FILES[self.kind]
        p = self.start_cnnrun(*filter(None, ["./compose.yaml", service, "-q"]), env=env)

        def all_there():
            self.assertIsNone(p.poll(), p.poll() is not None and p.stderr.read())
            new = {n: c for n, c in kit.engine.containers().items() if n not in self.before["containers"]}
            main = [c for c in new.values() if c["Labels"].get("cnnrun.service") == "" and c["State"] == "running"]
            return new if main and len(new) == len(among) else None
        try:
            new = kit.wait_for(all_there, 20, "the main container")
        except AssertionError:
            p.kill()
            self.fail("%s\n%s" % (p.stderr.read(), [(n, c["State"], c["Labels"]) for n, c in kit.engine.containers().items()]))
        found = {c["Labels"]["cnnrun.service"] or "main": kit.engine.inspect(n) for n, c in new.items()}
        p.terminate()
        p.wait(60)
        return found

    def check_file(self, kind):
        self.kind = kind
        self.name = kind
        where = os.path.join(self.project, kind)
        shutil.copytree(os.path.join(doors.HERE, "compose", kind), where)
        self.project = where
        kit.tool("chown", "-R", "%d:%d" % (self.uid, self.uid), where)
        with open(os.path.join(where, "compose.yaml")) as f:
            text = f.read()
        images = re.findall(r"image: ([^\s]+)", text)
        images += ["rabbitmq:3"] if kind == "extended" else []
        doors.stand_in(*(i.replace("${MLFLOW_VERSION}", "v2.14.1") for i in images if i != "built-app"))
        theirs = self.by_docker_compose()
        ours = self.by_cnnrun(theirs)
        if os.environ.get("DOORS_DUMP"):
            with open(os.path.join(os.environ["DOORS_DUMP"], kind + ".json"), "w") as f:
                json.dump([theirs, ours], f, indent=1)
        for service, c in theirs.items():
            o = ours.get(service) or ours["main"]
            ours_seen, theirs_seen = doors.seen(o), doors.seen(c)
            if kind == "built":  # two builds
                del theirs_seen["image"]
            if not re.fullmatch("[0-9a-f]{12}", c["Config"]["Hostname"]):
                self.assertEqual(o["Config"]["Hostname"], c["Config"]["Hostname"])
            self.assertSame(ours_seen, theirs_seen, service)

    def assertSame(self, ours, theirs, service):
        for key, want in theirs.items():
            with self.subTest("%s: %s" % (service, key)):
                self.assertEqual(ours[key], want)


def add(kind):
    def test(self):
        self.check_file(kind)
    test.__doc__ = "the containers of %s are those of docker-compose" % kind
    setattr(Compose, "test_" + kind, test)


for one in FILES if doors.LONG else SHORT:
    add(one)
