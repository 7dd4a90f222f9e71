# SPDX-License-Identifier: MIT
"""What cnnrun exports, started by docker, docker-compose and the devcontainer CLI: the containers of
cnnrun's own docker lines, by inspect."""
import os
import re
import shlex
import shutil
import subprocess

import doors
import kit

# What an example asks for that not every machine has.
ON_EVERY_MACHINE = {'default = "/data"': 'default = "public"',
                    r'"(input|dialout|video|render)"': '"tty"', r'c:mount\("/(data|dev/bus/usb)"': 'c:mount("public"'}
PROFILES = {"shell": ["profiles/shell.lua"], "gui": ["profiles/gui.lua"], "train": ["profiles/train.lua"],
            "sandbox": ["profiles/sandbox.lua"], "desktop": ["examples/desktop.lua", "--image", "busybox"]}
# Of the examples: several containers one after the other, or hardware that is not everywhere.
OTHERS = {"multi_gpu", "sweep", "desktop"}
SHORT = ("shell", "services", "web")
# No engine of the tests has this runtime, and no GPU to pick: such a file is only read.
ONLY_READ = "from-docker-jetson", "from-docker-training"
# What the CLI has of its own: it waits for whoever enters, in a directory that it is told then,
# with an image that it built.
ITS_OWN = ("image", "words", "workdir")


def names():
    found = dict(PROFILES)
    for where in "examples", "examples/from-docker":
        for file in sorted(os.listdir(os.path.join(kit.TOP, where))):
            name = os.path.splitext(file)[0]
            if file.endswith(".lua") and (where, name) not in {("examples", n) for n in OTHERS}:
                found["from-docker-" + name if "-" in where else name] = [where + "/" + file]
    return found


def lua(text):
    return '"%s"' % "".join("\\u{%x}" % ord(c) for c in text)


class Export(kit.Case):
    uid = kit.USER

    def setUp(self):
        super().setUp()
        self.known, self.all_env = {}, {}
        self.images()
        for d in "docker", ".", "api":
            self.write(d + "/Dockerfile", "FROM stands-in-as-any AS tools\n")
        self.write(".env", "PGUSER=me\n")
        for d in "public", "docker/home", "models", "outputs":
            self.write(d + "/x", "")
        self.write("nginx.conf", "")
        shutil.copytree(os.path.join(kit.TOP, "examples"), os.path.join(self.project, "examples"))
        for where, _, files in os.walk(os.path.join(self.project, "examples")):
            for f in files:
                if f.endswith(".lua"):
                    path = os.path.join(where, f)
                    with open(path) as g:
                        text = g.read()
                    for asked, there in ON_EVERY_MACHINE.items():
                        text = re.sub(asked, there, text)
                    with open(path, "w") as g:
                        g.write(text)
        kit.tool("chown", "-R", "%d:%d" % (self.uid, self.uid), self.project)

    def images(self):
        """An image with the users of all of them."""
        doors.stand_in("stands-in")
        names = "vscode", "ros", "postgres", "jovyan", "user", "isaac-sim", "node"
        users = "".join("RUN echo %s:x:%d:%d::/home/%s:/bin/sh >>/etc/passwd && echo %s:x:%d: >>/etc/group && mkdir -p /home/%s\n"
                        % (n, i, i, n, n, i, n) for i, n in enumerate(names, 2000))
        self.write("any/Dockerfile", "FROM stands-in\n" + users)
        self.engine("docker", "build", "-q", "-t", "stands-in-as-any", "any")
        self.write("any/Dockerfile", "FROM stands-in-as-any\nUSER user\n")  # as many images have one
        self.engine("docker", "build", "-q", "-t", "stands-in-with-user", "any")
        shutil.rmtree(os.path.join(self.project, "any"))

    def say(self, *words):
        r = self.run_cnnrun(*words, granted=False, env={"LANG": "C.UTF-8"})
        self.assertEqual(r.code, 0, r.err)
        self.by_name = set(re.findall(r"export (\w+) with its value first", r.err))
        return r.out

    def engine(self, *words, **more):
        home = kit.environment(self.uid)["HOME"]
        env = dict(kit.environment(), HOME=home, DOCKER_BUILDKIT="0", UID=str(self.uid), GID=str(self.uid),
                   LANG="C.UTF-8", **self.known)
        r = subprocess.run(words, cwd=self.project, env=env, timeout=180, check=False, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True, **more)
        self.assertEqual(r.returncode, 0, "%s\n%s" % (" ".join(words), r.stdout))
        return r.stdout

    def by_lines(self, words):
        """The containers of plan --docker, made and not started."""
        found, nets = {}, []
        text = self.say("plan", words[0], "--docker", *words[1:])
        for line in text.replace("\\\n", " ").splitlines():
            w = shlex.split(line, comments=True)
            if w[:3] == ["docker", "network", "create"]:
                self.engine(*w)
                nets.append(w[3])
            elif w[:2] == ["docker", "run"]:
                w[1] = "create"
                self.stand_in(w)
                self.sources(w)
                made = self.engine(*[x for x in w if x not in ("--rm", "--detach")]).split()[-1]
                c = kit.engine.inspect(made)
                self.engine("docker", "rm", "--force", "--volumes", made)
                found[c["Config"]["Labels"].get("cnnrun.service") or "main"] = c
        self.all_env = {k: v for c in found.values() for k, v in doors.variables(c).items()}
        for n in nets:
            self.engine("docker", "network", "rm", n)
        return found

    def stand_in(self, words):
        """Each image of the line is there under some name."""
        for w in words:
            if re.fullmatch(r"[a-z0-9./-]+:[\w.-]+", w) and "/" != w[0] and not w[0].isdigit():
                own = re.search("jupyter|isaac", w)
                self.engine("docker", "tag", "stands-in-with-user" if own else "stands-in-as-any", w)

    def sources(self, words):
        """The directories that a launch would make."""
        for w in words:
            source = re.match("type=bind,src=(%s/[^,]*)" % re.escape(self.project), w)
            if source and not os.path.exists(source[1]):
                os.makedirs(source[1])
                os.chown(source[1], self.uid, self.uid)

    def by_compose(self, words, start=True):
        self.say("export", "compose", *words, "-o", "compose.yaml")
        self.known = {n: self.all_env[n] for n in self.by_name if n in self.all_env}
        name = "export" + os.path.basename(self.project).lower().replace(".", "").replace("_", "")
        tool = "docker-compose", "-p", name
        self.engine(*tool, "config")
        if not start:
            return None
        self.addCleanup(self.engine, *tool, "down", "--volumes", "-t", "1")
        self.engine(*tool, "up", "--no-start")
        return {c["Labels"]["com.docker.compose.service"]: kit.engine.inspect(n)
                for n, c in kit.engine.containers().items() if c["Labels"].get("com.docker.compose.project") == name}

    def check_compose(self, name):
        if name in ONLY_READ:
            self.by_compose(names()[name], start=False)
            return
        want, got = self.by_lines(names()[name]), self.by_compose(names()[name])
        self.assertEqual(sorted(want), sorted(got))
        for service, c in want.items():
            self.assertSame(got[service], c, service, ("image",))

    def by_cli(self, words, start=True):
        file = ".devcontainer/devcontainer.json"
        self.write(".devcontainer/x", "")
        self.say("export", "devcontainer", *words, "-o", file)
        self.known = {n: self.all_env[n] for n in self.by_name if n in self.all_env}
        folder = "--workspace-folder", self.project
        tool = doors.devcontainer_cli(self.uid)
        self.engine(*tool, "read-configuration", *folder)
        if not start:
            return None
        before = set(kit.engine.containers())
        self.addCleanup(self.remove_all, before)
        self.engine(*tool, "up", *folder, "--skip-post-create", "--buildkit", "never")
        return {c["Labels"].get("com.docker.compose.service", "main"): kit.engine.inspect(n)
                for n, c in kit.engine.containers().items() if n not in before}

    def has_services(self, name):
        return "network create" in self.say("plan", names()[name][0], "--docker", *names()[name][1:])

    def remove_all(self, but):
        for n in set(kit.engine.containers()) - but:
            kit.engine.remove(n)
        for v in kit.engine.volumes() - self.before["volumes"]:
            kit.engine.call("DELETE", "/volumes/" + v)
        for n in kit.engine.networks() - self.before["networks"]:
            kit.engine.call("DELETE", "/networks/" + n)

    def check_devcontainer(self, name):
        if name in ONLY_READ or self.has_services(name):  # which this image does not become ready as
            self.by_cli(names()[name], start=False)
            return
        want, got = self.by_lines(names()[name]), self.by_cli(names()[name])
        self.assertEqual(sorted(want), sorted(got))
        with open(os.path.join(self.project, ".devcontainer/devcontainer.json")) as f:
            renumbered = '"updateRemoteUserUID": true' in f.read()
        for service, c in want.items():
            self.assertSame(got[service], c, service, ITS_OWN + ("user",) * renumbered)
        if renumbered:  # the image's user, by its name
            ids = self.engine("docker", "exec", got["main"]["Id"], "sh", "-c", "echo $(id -u):$(id -g)")
            self.assertEqual(ids.strip(), want["main"]["Config"]["User"])

    def test_texts(self):
        """values that look like something else come through compose as they are"""
        texts = ["yes", "No", "null", "~", "1", "1e3", "0x1f", "1_000", "12:30:45", "2024-01-01", ".5", "", " a ", "a: b",
                 "a #b", "- a", "$HOME ${HOME} $$", "{a}", "[a]", "*a", "&a", "!a", "%a", "@a", "`a`", "'", '"', "\\n", "a\nb\n",
                 "\ta", "ä€😀", "\u202e", "a\u00a0", "=", "<<", "|", ">", "?"]
        calls = ["c:env { %s }" % ", ".join("V%d = %s" % (i, lua(t)) for i, t in enumerate(texts)),
                 "c:command { %s }" % ", ".join(["echo"] + [lua(t) for t in texts[:-1]]).replace("echo", '"echo"', 1),
                 "c:label { %s }" % ", ".join("[%s] = %s" % (lua("l.%d" % i), lua(t)) for i, t in enumerate(texts))]
        self.profile(*calls)
        self.by_lines([self.profile(name="plain.lua")])
        seen = doors.seen(self.by_compose(["./cnnrun.lua"])["main"])
        self.assertEqual([seen["env"]["V%d" % i] for i in range(len(texts))], texts)
        self.assertEqual([seen["labels"]["l.%d" % i] for i in range(len(texts))], texts)
        self.assertEqual(seen["words"], ["echo"] + texts[:-1])

    def assertSame(self, got, want, service, but=()):
        seen, right = doors.seen(got), doors.seen(want)
        for s in seen, right:  # the display's socket there, all of them here
            s["mounts"] = sorted({m for m in s["mounts"] if not m[2].startswith("/tmp/.X11-unix")})
            for v in "DISPLAY", "XAUTHORITY":
                s["env"].pop(v, None)
        for key in right:
            if key not in but:
                with self.subTest("%s: %s" % (service, key)):
                    self.assertEqual(seen[key], right[key])


def add(name, kind):
    def test(self):
        getattr(self, "check_" + kind)(name)
    test.__doc__ = "%s as %s is the same containers" % (name, kind)
    setattr(Export, "test_%s_%s" % (kind, name.replace("-", "_")), test)


for one in names() if doors.LONG else SHORT:
    add(one, "compose")
for one in names() if doors.LONG else ():
    add(one, "devcontainer")
