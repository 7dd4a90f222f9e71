# SPDX-License-Identifier: MIT
"""Lines of docker run as profiles: `cnnrun init --from`, and `plan --docker` of it, which is the same
line but for what docs/from-docker.md says."""
import os
import pwd
import re

import from_run_kit
import gpus
import kit
from from_run_lines import LINES

# Of both: a container has them anyway, or never.
ALWAYS = {"rm", "interactive", "tty", "init", "quiet", "sig-proxy", "attach", "no-healthcheck", "pull", "runtime"}
# Of the screen: c:display() says it by the least access.
SCREEN = re.compile(r"/tmp/\.X11-unix|Xauthority|^DISPLAY=|^XAUTHORITY=|/\.cnnrun|/run/cnnrun")

OWN_VARIABLES = {"LANG", "HOME", "USER", "LOGNAME", "TZ", "QT_X11_NO_MITSHM", "NVIDIA_DRIVER_CAPABILITIES",
                 "NVIDIA_VISIBLE_DEVICES"}


def env_name(value):
    return value.partition("=")[0]


class Lines(kit.Case):
    uid = kit.USER

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.machine = gpus.Machine(kit.SCRATCH)

    def setUp(self):
        super().setUp()
        for name in "models", "in", "conf", "config", "site", "runs":
            os.mkdir(os.path.join(self.project, name))
        for name, text in (("docker.sock", ""), ("chrome.json", '{ "defaultAction": "SCMP_ACT_ALLOW" }'), (".env", "FROM_FILE=1\n")):
            self.write(name, text)
        self.env = kit.environment(self.uid, USER=self.user_name(), WANDB_API_KEY="k", HUGGING_FACE_HUB_TOKEN="hf_x1", LANG="C.UTF-8",
                                   POSTGRES_PASSWORD="mysecret", MYSQL_ROOT_PASSWORD="secret", **self.machine.env)
        for name in ".ros", ".cache/huggingface", ".config", "sim/cache/kit", "sim/logs":
            os.makedirs(os.path.join(self.env["HOME"], name), exist_ok=True)

    def user_name(self):
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return "u%d" % self.uid

    def init(self, line):
        """The text of the profile that the line comes to."""
        path = os.path.join(self.project, "cnnrun.lua")
        if os.path.exists(path):
            os.unlink(path)
        r = self.run_cnnrun("init", "--from", line, env=self.env)
        self.assertEqual((r.code, r.out), (0, ""), r.err)
        with open(path) as f:
            text = f.read()
        # the home that this machine has for that user is not touched
        self.write("cnnrun.lua", text.replace("cnn.host.user().home", '"%s"' % self.env["HOME"]))
        return text

    def planned(self):
        r = self.run_cnnrun("plan", "--docker", env=dict(self.env, DOCKER_HOST="unix:///nowhere"))
        self.assertEqual(r.code, 0, r.err)
        return r.out

    def theirs(self, line, lost):
        """What a profile says of the line, and the rest of it."""
        script = self.shell_of(line)
        options, rest = from_run_kit.known(script, self.project, dict(self.env, PATH=os.environ["PATH"]))
        kept = []
        for name, value in options:
            if name in ALWAYS or name in lost or SCREEN.search(value) or name.startswith("log-"):
                continue
            if name == "mount" and any(" %s" % one in value for one in lost if one.startswith("/")):
                continue
            if name == "mount" and "/etc/localtime" in value:
                continue
            if name == "network" and value == "bridge" or (name, value) == ("cap-drop", "ALL"):
                continue
            if name == "env" and env_name(value).startswith("NVIDIA_"):
                continue
            if name == "publish" and value.startswith(":"):
                value = "127.0.0.1" + value # for this machine, unless an address is said
            if name == "domainname":
                continue
            if name == "hostname" and "example.org" in line:
                value += ".example.org"
            if name == "env" and "=" not in value:
                if value not in self.env:
                    continue
                value += "=" + self.env[value]
            if name == "user" and value == "%d:%d" % (self.uid, self.uid) or (name, value) == ("userns", "keep-id"):
                kept.append(("user", "host"))
                continue
            kept.append((name, value))
        if ("nvidia",) == tuple(v for n, v in options if n == "runtime") and "gpus" not in dict(options):
            kept.append(("runtime", "nvidia"))
        return kept, rest

    def shell_of(self, line):
        """USER is this test's in the shell as well: whoami, ~ and id -u are."""
        return 'id() { echo %d; }\n' % self.uid + line

    def ours(self, line, text, kept, of_host):
        options, rest = from_run_kit.known(self.planned(), self.project, dict(self.env, PATH=os.environ["PATH"]))
        found, said = [], dict(kept)
        least = "c:rights" not in text
        names = [env_name(v) for n, v in kept if n == "env"]
        for name, value in options:
            if name in ALWAYS - {"runtime"} or SCREEN.search(value) or (name, value) == ("log-driver", "none"):
                continue
            if name == "label" and value.startswith("cnnrun") or name in ("name", "hostname") and name not in said:
                continue
            if name == "env" and env_name(value) in OWN_VARIABLES and env_name(value) not in names:
                continue
            if least and (name, value) in (("cap-drop", "ALL"), ("security-opt", "no-new-privileges")) and (name, value) not in kept:
                continue
            if of_host and name in ("mount", "tmpfs") and "/home/" in value and value not in [v for _, v in kept]:
                continue
            if of_host and name == "user":
                self.assertEqual(value, "%d:%d" % (self.uid, self.uid))
                value = "host"
            if name == "env" and "=" not in value:
                value += "=" + self.env[value]
            if name == "mount" and "localtime" in value:
                continue
            found.append((name, value))
        return found, rest

    def check(self, line, lost):
        text = self.init(line)
        kept, rest = self.theirs(line, lost)
        found, program = self.ours(line, text, kept, ("user", "host") in kept)
        self.assertEqual(sorted(found), sorted(kept), text)
        self.assertEqual(program, rest, text)
        for one in lost:
            self.assertIn("-" + one if one[0] != "/" and len(one) > 1 else one, text)


def add(i, what, line, lost):
    def test(self):
        self.check(line, lost)
    test.__doc__ = what
    setattr(Lines, "test_%02d_%s" % (i, re.sub(r"\W+", "_", what)), test)


for number, row in enumerate(LINES, 1):
    add(number, *row)
