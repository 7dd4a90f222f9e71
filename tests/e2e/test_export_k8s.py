# SPDX-License-Identifier: MIT
"""export k8s: what cannot run in a cluster is refused before anything is written, with its line and a cure;
an API server would see few of these."""
import os
import json
import os
import unittest

import kit

PROFILE = """local cnn = require "cnnrun"
return cnn.profile { about = "a job", options = { lr = { default = "1" } }, setup = function(c, opt)
	c:image "registry.example/me/cnn:1"
	c:command { "train", opt.lr }
	%s
end }
"""
LONG = "a" * 62

# What the profile says, what is typed, what is answered.
REFUSED = [
    # no image that a node can pull
    ('c:image "localhost/cnn:1"', "", "no node can pull localhost/cnn:1: push it to a registry"),
    ('c:image "sha256:%s"' % ("0" * 64), "", "no node can pull sha256:"),
    ('c:build { tag = "cnn:1" }', "", "the image cnn:1 is built here, and no node has it"),
    ('c:image("cnn:1", { pull = "never" })', "", "a cluster has not this machine's images"),
    # of a desk
    ("c:display()", "", "a cluster has no display: c:display { optional = true }"),
    ('c:xhost "local"', "", "a cluster has no display: leave c:xhost out"),
    ("c:wayland()", "", "a cluster has no display: c:wayland { optional = true }"),
    ("c:audio()", "", "a cluster has no sound"),
    ("c:dbus()", "", "a cluster has no session"),
    ("c:ssh_agent()", "", "a cluster has not your keys"),
    ("c:tty()", "", "a cluster has no terminal: leave c:tty out"),
    ("c:box()", "", "a cluster ends what it starts"),
    # of this machine
    ('c:mount("/etc", "/data")', "", '/etc is on this machine, and no node has it: c:volume("data", "/data")'),
    ('c:mount(cnn.host.user().home, "/data")', "", " is on this machine, and no node has it"),
    ('c:mount(".", "/w")', "", "no node has the project, which is to be at /w: --code image"),
    ('c:mount(".", "/w", { carry = true })', "--code image", ". is to be carried"),
    ('c:device "/dev/null"', "", "/dev/null is this machine's: { optional = true }"),
    ('c:device { rule = "c 189:* rmw" }', "", "a cluster gives no devices by rules"),
    ('c:network "host"', "", "network host is this machine's: leave c:network out"),
    ('c:network "mine"', "", "network mine is this machine's"),
    ('c:network "none"', "", "a Pod always has a network"),
    ('c:network { allow = { "example.com" } }', "", "a list of hosts is kept by cnnrun"),
    ('c:host("db", "host-gateway")', "", "db is to be this machine"),
    ('c:ipc "host"', "", "a cluster is not yours: leave c:ipc out"),
    ('c:pid "host"', "", "a cluster is not yours: leave c:pid out"),
    ("c:privileged()", "", "a cluster is not yours: c:capability names"),
    ('c:security "apparmor=mine"', "", "apparmor=mine is of this machine"),
    ('c:cgroup_parent "/jobs"', "", "a cluster has groups of its own"),
    ('c:user("image", { name = "postgres" })', "", 'a Pod\'s users are numbers: c:user "999:999"'),
    # names
    ('c:name "My_Run"', "", '"My_Run" is no name in a cluster'),
    ('c:name "%s"' % LONG, "", "is no name in a cluster: up to 61"),
    ('c:name "%s"; c:tasks { per_node = 100 }:retries(1):volume("saved", "/v")' % LONG[:55], "", "up to 51 small letters"),
    ('c:hostname "a.b"', "", "hostname a.b is none of a Pod's"),
    ('c:volume("My_Data", "/data")', "", "volume My_Data is no name of a claim"),
    ('c:volume("data", "/a:b")', "", '/a:b: a path of a Pod\'s mounts has no ":"'),
    ('c:volume("data", "data")', "", "absolute"),
    ('c:service("my_db", function(s) s:image "x" end)', "", "service my_db: up to 40 small letters"),
    ('c:service("a", function(s) s:image "x":ready { port = 80 } end)'
     ':service("b", function(s) s:image "x":ready { port = 80 } end)', "", "services a and b share a Pod, and so port 80"),
    ('c:env { ["A\'$(id)\'"] = "1" }', "", "no variable of a Pod is called A'$(id)'"),
    ('c:env_file "odd.env"', "", "no variable of a Pod is called"),
    ('c:label { ["a b"] = "1" }', "", "no annotation is called a b"),
    ('c:host("my_db", "10.0.0.1")', "", "no host of a Pod is called my_db"),
    ('c:dns { "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4" }', "", "a Pod asks 3 nameservers at most"),
    ('c:port "8080:80":port "127.0.0.2:8080:81"', "", "a Service has port 8080 once"),
    # amounts
    ('c:gpus "all"', "", '"all" of a cluster are others\' too: c:gpus { count = 1 }'),
    ("c:gpus { count = 0.5 }", "", "count"),
    ('c:gpus { count = 1, type = "h100" }', "", "kubectl get nodes -L nvidia.com/gpu.product"),
    ("c:limit { memory = 0 }", "", "memory"),
    ("c:port { host = 9000, container = 9000, last = 1 }", "", "port"),
    # what a run of several parts, and another try, would come to
    ("c:checkpoint { status = 0 }", "", "status"),
    ("c:retries(2)", "", "another try is a new Pod, in which nothing is left of the first"),
    ('c:retries(2):volume("saved", "/v", { readonly = true })', "", "another try is a new Pod"),
    ("c:nodes(200):tasks { per_node = 100 }", "", "more than 10000 tasks at once"),
    ('c:nodes(2):service("a", function(s) s:image "x" end)', "", "services are beside one task, and it has 2"),
    ('c:keep():restart "always"', "", "a Job ends: c:retries is for another try"),
    # what is typed
    ("", "--code shared", '--code: image, pvc=NAME or git=URL@REVISION, not "shared"'),
    ("", "--code pvc=My_Data", "--code: image, pvc=NAME"),
    ("", "--code git=file:///etc/x@v1", "--code git: an https URL"),
    ("", "--code git=https://git.example/me/cnn", "--code git: which revision?"),
    ("", "--code git=https://me:secret@git.example/me/cnn@v1", "--code git: a name or password in the URL"),
    ("", "--code git=https://git.example/me/cnn@--upload-pack=x", "--code git: which revision?"),
    ("", "--node h100", "--node: a label and its value"),
    ('c:mount(".", "/w")', "--carry --code image", "a cluster gets no copies"),
    ('c:sweep { lr = { 1, 2 } }', "--lr 3", "sweep: --lr is another in each task"),
]


GOLDEN = os.path.join(kit.TOP, "tests/golden/export")
# What the shipped profiles have nothing of.
WHOLE = {
    "set": ("""c:nodes(2):tasks { per_node = 2 }:retries(3):time "2h"
	c:checkpoint { signal = "USR1", before = "90s", status = 76 }:network "host":gpus { count = 2, type = "h100" }
	c:volume("saved", "/saved"):limit { cpus = 1.5, memory = "64m" }:user "1000:1000" """,
            ["--node", "nvidia.com/gpu.product=NVIDIA-H100-80GB-HBM3"]),
    "one": ("""c:retries(2):checkpoint { before = "30s" }:time(90):volume("saved", "/saved"):user "1000:100"
	c:readonly():tmpfs("/scratch", { size = "1m" }):capability "NET_BIND_SERVICE":hostname "one" """, []),
    "beside": ("""c:service("db", function(s) s:image "db":user "999:999":ready { command = { "pg_isready", "-d", "$(x)" } } end)
	c:service("made", function(s) s:image "tool":user "1000:1000":after "db":ready { done = true } end)
	c:service("web", function(s) s:image "web":user "1000:1000":ready { http = "/ok", interval = 2, timeout = 9 }:port "9000:80" end)
	c:user "1000:1000" """, []),
}


class Kubernetes(kit.Case):
    uid = kit.USER

    def export(self, call, *words, kind="k8s", **more):
        self.write("cnnrun.lua", PROFILE % call)
        return self.run_cnnrun("export", kind, "./cnnrun.lua", *words, granted=False, **more)

    def test_refused(self):
        """what no cluster can run gives one line with a cure, and no YAML"""
        self.write("odd.env", "B'$(id)'=1\n")
        for call, typed, said in REFUSED:
            with self.subTest(call=call, typed=typed):
                r = self.export(call, *typed.split())
                self.assertIn(r.code, (2, 125), (call, r.err))
                self.assertEqual(r.out, "")
                self.assertEqual(r.err.count("cnnrun: error: "), 1, r.err)
                self.assertIn(said, r.err)
                if call and not typed and "service" not in call:
                    self.assertRegex(r.err, r"cnnrun\.lua:\d+: |cnnrun\.lua: ")

    def test_nothing_is_written(self):
        """nor is a file touched that was there"""
        path = self.write("job.yaml", "mine\n")
        self.assertEqual(self.export("c:display()", "-o", path).code, 125)
        with open(path) as f:
            self.assertEqual(f.read(), "mine\n")
        r = self.export("", "--code", "image", kind="compose")
        self.assertEqual((r.code, r.out), (2, ""))
        self.assertIn("--code is for cnnrun export k8s", r.err)

    def test_whole(self):
        """ranks that begin again together, another try, services beside it: as ever"""
        for name, (call, words) in WHOLE.items():
            with self.subTest(name):
                r = self.export(call, *words)
                self.assertEqual(r.code, 0, r.err)
                path = os.path.join(GOLDEN, "k8s-%s.k8s.yaml" % name)
                if os.environ.get("CNNRUN_TEST_GOLDEN") == "write":
                    with open(path, "w") as f:
                        f.write(r.out)
                with open(path) as f:
                    self.assertEqual(r.out, f.read())

    def test_locked(self):
        """--locked: the digest of cnnrun.lock, or a line that says why there is none"""
        digest = "busybox@sha256:" + "5" * 64
        self.write("cnnrun.lua", PROFILE.replace("registry.example/me/cnn:1", "busybox") % "")
        words = "export", "k8s", "./cnnrun.lua", "--locked"
        self.assertIn("has no cnnrun.lua", self.run_cnnrun(*words, granted=False).err)
        self.assertEqual(self.run_cnnrun("lock", "./cnnrun.lua", granted=False).code, 0)
        r = self.run_cnnrun(*words, granted=False)
        self.assertEqual((r.code, r.out), (125, ""))
        self.assertIn("cnnrun.lock has no digest of busybox from a registry", r.err)
        with open(self.project + "/cnnrun.lock") as f:
            lock = json.load(f)
        lock["profiles"]["cnnrun.lua"]["containers"]["main"]["digest"] = digest
        self.write("cnnrun.lock", json.dumps(lock))
        r = self.run_cnnrun(*words, granted=False)
        self.assertEqual(r.code, 0, r.err)
        self.assertIn("image: docker.io/library/%s\n" % digest, r.out)
        self.assertNotIn("may be another image tomorrow", r.out)
        self.write("cnnrun.lua", PROFILE.replace("registry.example/me/cnn:1", "busybox") % "c:shm '1g'")
        r = self.run_cnnrun(*words, granted=False)
        self.assertEqual((r.code, r.out), (125, ""))

    def test_secrets(self):
        """a secret's value is in no file: the line that makes it is"""
        self.write(".env", "DB_PASSWORD=hidden-2\n")
        r = self.export('c:env "API_KEY":env_file ".env"', env={"API_KEY": "hidden-1"})
        self.assertEqual(r.code, 0, r.err)
        self.assertNotIn("hidden", r.out + r.err)
        self.assertIn("env | grep -E '^(DB_PASSWORD|API_KEY)=' | kubectl create secret generic cnnrun-secrets "
                      "--from-env-file=/dev/stdin", r.out)
        self.assertEqual(r.out.count("secretKeyRef:"), 2)

    def test_dollars(self):
        """nothing in a text is a reference to a variable: "$$" is "$" there, before "$" and "("."""
        r = self.export('c:env { A = "$(B) $$ $x $" }:command { "echo", "$(hostname)" }')
        self.assertEqual(r.code, 0, r.err)
        self.assertIn('value: "$$(B) $$$ $x $"\n', r.out)
        self.assertIn('- "$$(hostname)"\n', r.out)

    def test_labels(self):
        """what docker's labels and paths hold is no label of the cluster's"""
        r = self.export('c:label { ["com.example/where"] = "/home/me and more" }')
        self.assertEqual(r.code, 0, r.err)
        for block in r.out.split("labels:")[1:]:
            self.assertNotIn("/home/me", block.split("annotations:")[0])
        self.assertEqual(r.out.count("com.example/where: "), 2)

    def test_sweep(self):
        """a Job for each task of a sweep, whatever it changes"""
        r = self.export('c:sweep { lr = { 1e-2, 1e-3, 1e-4 } }; if opt.lr == "0.001" then c:gpus { count = 2 } end')
        self.assertEqual(r.code, 0, r.err)
        jobs = r.out.split("---\n")
        self.assertEqual([("name: cnnrun-%d\n" % i in jobs[i], 'nvidia.com/gpu: "2"' in jobs[i]) for i in range(3)],
                         [(True, False), (True, True), (True, False)])
        self.assertIn('cnnrun/task: "--lr=0.001"', jobs[1])


if __name__ == "__main__":
    unittest.main()
