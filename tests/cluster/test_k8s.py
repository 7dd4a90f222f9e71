# SPDX-License-Identifier: MIT
"""export k8s: what kubectl and Podman make of its objects."""
import json
import os
import re
import subprocess
import unittest

import kit
import kube_kit
import podman

PROFILE = """local cnn = require "cnnrun"
return cnn.profile { about = "a job", options = { lr = { default = "1" } }, setup = function(c, opt)
	c:image "busybox"
	c:command { "sh", "-c", "echo " .. opt.lr }
	%s
end }
"""
EVERYTHING = """c:time "2h":checkpoint { signal = "USR1", before = "90s" }:retries(3):volume("saved", "/saved")
	c:limit { cpus = 1.5, memory = "64m" }:shm "16m":tmpfs "/scratch":readonly():stop { timeout = 5 }
	c:env { TEXT = "$(RANK) $$ $x" }:env "API_KEY":dns "10.0.0.10":host("db", "10.0.0.11"):port "8080:80"
	c:sysctl { ["net.core.somaxconn"] = "1024" }:capability "NET_BIND_SERVICE":user("1000:1000")
	c:mount(".", "/w"):workdir "/w" """
SERVICES = """c:service("db", function(s) s:image "busybox":command { "sleep", "9" }:ready { port = 5432 } end)
	c:service("made", function(s) s:image "busybox":command { "true" }:ready { done = true } end)
	c:service("web", function(s) s:image "busybox":ready { http = "/ok", port = 80 }:port "9000:80" end)"""
# The profile, what is typed, the kinds that it becomes.
GOOD = {
    "one": ('c:gpus { count = 2 }', "", ["Job"]),
    "everything": (EVERYTHING, "--code git=https://git.example/me/x@v1 --node kubernetes.io/arch=amd64", ["Service", "Job"]),
    "ranks": ("c:nodes(2):tasks { per_node = 2 }", "", ["Service", "Job"]),
    "set": (EVERYTHING.replace(':port "8080:80"', "") + ':nodes(2):network "host"', "--code pvc=work", ["JobSet"]),
    "services": (SERVICES, "", ["Service", "Job"]),
    "sweep": ("c:sweep { lr = { 1, 2, 3 } }", "", ["Job"] * 3),
}
# What YAML could read as something else, or as the end of a text.
TEXTS = ["", "---", "...", "yes", "No", "null", "~", "1e3", "0x1f", "012", "1_000", "12:30:45", "2001-01-01", ".inf", "a: b", "a:", "- a",
         "# a", "a # b", "{a", "[a", "&a", "*a", "!a", "%a", "@a", "`a", "|", ">", "?", "'", '"', "\\", " a ", "a\nb\n---\nkind: Secret",
         "\t", "\x7f", "\u0085", "\u2028", "\ufeff", "é", "\U0001f600", "$", "$(", "$(A)", "$$", "$$(A)"]
JOB_SET = {"network": {"enableDNSHostnames", "subdomain"}, "failurePolicy": {"maxRestarts", "rules"}, "replicatedJobs": None}


class Kubernetes(podman.Service):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kubectl = kube_kit.Kubectl(cls.dir)
        image = subprocess.run(["docker", "save", "busybox"], check=True, stdout=subprocess.PIPE)
        subprocess.run(cls.words("load", "-q"), input=image.stdout, check=True, stdout=subprocess.DEVNULL,
                       env=dict(os.environ, CONTAINERS_CONF=cls.conf))
        cls.tool("tag", "busybox", "docker.io/library/busybox:latest")

    @classmethod
    def tearDownClass(cls):
        cls.kubectl.end()
        super().tearDownClass()

    def export(self, call, *words):
        self.write("cnnrun.lua", PROFILE % call)
        r = self.run_cnnrun("export", "k8s", "./cnnrun.lua", *words, granted=False, env={"API_KEY": "the key"})
        self.assertEqual(r.code, 0, r.err)
        return r.out

    def jobs(self, text):
        """Its Jobs, that of a JobSet too."""
        for o in self.kubectl.objects(text):
            if o["kind"] == "JobSet":
                spec = o["spec"]
                self.assertEqual({k: set(v) if isinstance(v, dict) else None for k, v in spec.items()}, JOB_SET)
                o = dict(o, apiVersion="batch/v1", kind="Job", spec=spec["replicatedJobs"][0]["template"]["spec"])
            if o["kind"] == "Job":
                yield o

    def test_types(self):
        """every field is one of Kubernetes' types, and of the right type"""
        for name, (call, typed, kinds) in GOOD.items():
            with self.subTest(name):
                text = self.export(call, *typed.split())
                objects = self.kubectl.objects(text)
                self.assertEqual([o["kind"] for o in objects], kinds)
                for o in [o for o in objects if o["kind"] == "Service"] + list(self.jobs(text)):
                    there = self.kubectl.typed(o)
                    gone = kube_kit.lost(o, there)
                    self.assertEqual([p for p in gone if not p.startswith("/spec/selector")], [])
        wrong = json.loads(json.dumps(next(self.jobs(self.export(GOOD["one"][0])))))
        wrong["spec"]["template"]["spec"]["deadline"] = 1  # this test sees what is no field
        self.assertEqual(kube_kit.lost(wrong, self.kubectl.typed(wrong)), ["/spec/template/spec/deadline"])

    def test_dry_run(self):
        """kubectl create --dry-run=client takes them all"""
        for name, (call, typed, kinds) in GOOD.items():
            with self.subTest(name):
                said = self.kubectl.said("create", "--dry-run=client", "--validate=false", "-f", "-",
                                         text=self.export(call, *typed.split()))
                self.assertEqual(said.count("created (dry run)"), len(kinds), said)

    def test_texts(self):
        """no text becomes anything else, nor another object"""
        words = ", ".join('"%s"' % "".join("\\%03d" % b for b in t.encode()) for t in TEXTS)
        text = self.export("c:command { %s }; c:env { A = '\\n---\\nkind: Secret' }; c:label { a = '\\nkind: Secret' }" % words)
        job, = self.kubectl.objects(text)
        main = job["spec"]["template"]["spec"]["containers"][0]
        # as Kubernetes reads them: "$$" is "$", and no reference to a variable is left
        self.assertEqual([re.sub(r"\$\$", "$", a) for a in main["args"]], TEXTS)
        self.assertEqual([a for a in main["args"] if re.search(r"(?<!\$)(\$\$)*\$\(", a)], [])
        self.assertEqual([e["value"] for e in main["env"] if e["name"] == "A"], ["\n---\nkind: Secret"])
        self.assertEqual(job["metadata"]["annotations"]["a"], "\nkind: Secret")

    def play(self, text, secret, **annotations):
        """The Pod of its first Job, run by Podman to its end: its container as Podman tells of it, its output."""
        job = next(self.jobs(text))
        pod = dict(job["spec"]["template"], apiVersion="v1", kind="Pod")
        pod["metadata"] = dict(pod["metadata"], name="test", annotations=annotations)
        with open(self.project + "/pod.yaml", "w") as f:
            json.dump(pod, f)
        with open(self.project + "/secret", "w") as f:  # Podman's form of one
            json.dump(secret["data"], f)
        self.tool("secret", "create", secret["metadata"]["name"], self.project + "/secret")
        self.addCleanup(lambda: self.tool("pod", "rm", "-f", "test"))
        played = subprocess.run(self.words("play", "kube", "--network", "host", self.project + "/pod.yaml"), text=True,
                                env=dict(os.environ, CONTAINERS_CONF=self.conf), check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(played.returncode, 0, played.stdout)
        code = int(self.tool("wait", "test-main"))
        return json.loads(self.tool("inspect", "test-main"))[0], self.tool("logs", "test-main").splitlines(), code

    def test_runs(self):
        """its container runs in Podman: user, limits, variables, secret, memory, claim, status"""
        script = 'echo "$RANK of $WORLD_SIZE"; echo "$TEXT"; echo "$API_KEY"; id -u; touch /saved/x /scratch/x /dev/shm/x $HOME/x ' \
                 '&& ! touch /x 2>/dev/null && echo wrote; grep -c . /proc/self/status | sed s/.*/alive/; exit 75'
        call = """c:volume("saved", "/saved"):shm "16m":tmpfs "/scratch":readonly():env "API_KEY"
            c:env { TEXT = "a $x" }:limit { memory = "64m" }:user("root"):env { HOME = "/scratch" }
            c:tasks { per_node = 4 }; c:command { "sh", "-c", %s }""" % json.dumps(script)
        text = self.export(call)
        line = re.search(r"^# First, .*?: (env .*)$", text, re.M)[1].replace("kubectl", self.kubectl.program, 1)
        secret = subprocess.run(line + " --dry-run=client -o json", shell=True, check=True, text=True, stdout=subprocess.PIPE,
                                env=dict(self.kubectl.env, API_KEY="the key")).stdout
        about, said, code = self.play(text, json.loads(secret), **{"batch.kubernetes.io/job-completion-index": "3"})
        self.assertEqual((code, said), (75, ["3 of 4", "a $x", "the key", "0", "wrote", "alive"]))
        self.assertEqual(about["HostConfig"]["Memory"], 64 << 20)
        self.assertEqual(about["EffectiveCaps"] or [], [])
        self.assertIn("no-new-privileges", about["HostConfig"]["SecurityOpt"])

    def test_signal(self):
        """the line of preStop reaches the program, which is the first process"""
        text = self.export(EVERYTHING + """
            c:command { "sh", "-c", "trap 'exit 75' USR1; while :; do sleep 0.1; done" }""", "--code", "image")
        stop = next(self.jobs(text))["spec"]["template"]["spec"]["containers"][0]["lifecycle"]["preStop"]["exec"]["command"]
        name = "cnnrun-test-signal"
        subprocess.run(["docker", "run", "-d", "--name", name, "busybox", "sh", "-c", "trap 'exit 75' USR1; "
                        "while :; do sleep 0.1; done"], check=True, stdout=subprocess.DEVNULL, env=kit.environment())
        self.addCleanup(lambda: kit.engine.remove(name))
        subprocess.run(["docker", "exec", name] + stop, check=False, timeout=30, env=kit.environment(), stderr=subprocess.DEVNULL)
        self.assertEqual(kit.tool("docker", "wait", name, env=kit.environment()).strip(), "75")

    def test_code(self):
        """what fetches the project gets that revision, in a directory that is another user's"""
        def git(*words):
            return kit.tool("git", "-c", "user.name=x", "-c", "user.email=x@example.com", *words,
                            cwd=self.project).strip()
        git("init", "-q", "-b", "main")
        self.write("file", "one\n")
        git("add", "file")
        git("commit", "-qm", "one")
        git("tag", "v1")
        self.write("file", "two\n")
        git("commit", "-qam", "two")
        text = self.export('c:mount(".", "/w")', "--code", "git=https://git.example/me/x@v1")
        code = next(self.jobs(text))["spec"]["template"]["spec"]["initContainers"][0]
        self.assertEqual(code["workingDir"], code["volumeMounts"][0]["mountPath"])
        kit.tool("chown", "-R", "1234", self.project)
        where = self.project + "/volume"
        os.mkdir(where)
        os.chmod(where, 0o777)
        line = [w.replace("https://git.example/me/x", "file://" + self.project) for w in code["command"]]
        subprocess.run(["setpriv", "--reuid", "1234", "--regid", "1234", "--clear-groups"] + line, cwd=where, check=True,
                       env={"PATH": os.environ["PATH"]})
        with open(where + "/file") as f:
            self.assertEqual(f.read(), "one\n")


if __name__ == "__main__":
    unittest.main()
