# SPDX-License-Identifier: MIT
"""The engine of a node is what the node has, whatever the job was submitted with."""
import contextlib
import os
import subprocess

import kit
import lab_kit

CONF = {"containers.conf": '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n',
        "storage.conf": '[storage]\ndriver = "vfs"\ngraphroot = "/tmp/store"\n'}  # each host's own


# its networks need /dev/net/tun, which not every machine of the tests has
ALONE = 'c:network "none"'


class Runner(lab_kit.Case):
    def setUp(self):
        super().setUp()
        home = kit.environment(self.uid)["HOME"]
        self.conf = os.path.join(home, ".config/containers")
        os.makedirs(self.conf, exist_ok=True)
        for name, text in CONF.items():
            with open(os.path.join(self.conf, name), "w") as f:
                f.write(text)
        for where, _, _ in os.walk(os.path.join(home, ".config")):
            os.chown(where, self.uid, self.uid)
        self.lab.said("scontrol", "update", "NodeName=n2", "State=DRAIN", "Reason=test")
        self.addCleanup(self.lab.said, "scontrol", "update", "NodeName=n2", "State=RESUME")

    def without_docker(self):
        """n1's is there, and not for the user; Podman is, as it is installed."""
        host = self.lab.hosts[1]
        os.chmod(host.root("/run/docker.sock"), 0o600)
        self.addCleanup(os.chmod, host.root("/run/docker.sock"), 0o666)
        self.rootless(host)

    def rootless(self, host):
        """The user has subordinate ids there."""
        with open(self.lab.top + "/subids", "w") as f:
            f.write("user:300000:65536\n")
        for name in "subuid", "subgid":
            kit.tool(*host.at(), "mount", "--bind", self.lab.top + "/subids", "/etc/" + name)
            self.addCleanup(kit.tool, *host.at(), "umount", "/etc/" + name)

    def podman_on_n0(self):
        """A rootless one with an image that nobody else has; its address and the image's id."""
        host, where = self.lab.hosts[0], "/tmp/podman"  # of that host alone: this kernel's sockets work anywhere
        self.rootless(host)
        os.mkdir(host.root(where), 0o700)
        os.chown(host.root(where), self.uid, self.uid)
        words = host.at() + ("setpriv", "--reuid", str(self.uid), "--regid", str(self.uid), "--clear-groups", "env",
                             "XDG_RUNTIME_DIR=" + where, "HOME=" + kit.environment(self.uid)["HOME"], "podman")
        url = "unix://%s/p.sock" % where
        with open(self.lab.top + "/busybox.tar", "rb") as f:
            kit.tool(*words, "load", "-q", stdin=f, stderr=subprocess.DEVNULL)
        made = kit.tool(*words, "create", "busybox").strip()
        image = kit.tool(*words, "commit", "-q", "-c", "LABEL of=podman", made, "ofpodman", stderr=subprocess.DEVNULL).strip()
        kit.tool(*words, "rm", made)
        p = subprocess.Popen(words + ("system", "service", "--time=0", url), stderr=subprocess.DEVNULL)
        self.addCleanup(p.wait)
        self.addCleanup(p.kill)
        kit.wait_for(lambda: os.path.exists(host.root(where + "/p.sock")), 30, "podman's service")
        return url, image

    def log(self, job):
        self.lab.ended(job)
        return self.read("log")

    def other_name(self):
        """That of n0's engine on n0, and of nothing on a node."""
        path = self.lab.hosts[0].root("/run/other.sock")
        os.symlink("docker.sock", path)
        self.addCleanup(os.remove, path)
        return {"DOCKER_HOST": "unix:///run/other.sock"}

    def assertEnded(self, seconds):
        """Nothing of Podman's for a task goes on."""
        def left():
            found = []
            for pid in filter(str.isdigit, os.listdir("/proc")):
                with contextlib.suppress(OSError), open("/proc/%s/cmdline" % pid) as f:
                    words = f.read().split("\0")
                    if any("/podman.run" in w for w in words):
                        found.append(words)
            return found
        try:
            kit.wait_for(lambda: not left(), seconds)
        except AssertionError:
            self.fail("left: %s" % left())

    def test_own(self):
        """What the job was submitted with is not there: the node's own engine runs it."""
        job = self.job("", "echo ran", **self.other_name())
        log = self.log(job)
        self.assertIn("DOCKER_HOST names no engine of this node, which has unix:///var/run/docker.sock\n", log)
        self.assertIn("ran\n", log)

    def test_from_podman(self):
        """An image of rootless Podman's on the host one logs in on runs on a node that has Docker."""
        url, image = self.podman_on_n0()
        job = self.job(ALONE + ':image "localhost/ofpodman"', "echo ran", DOCKER_HOST=url)
        self.assertIn("ran\n", self.log(job))
        status, it = self.lab.hosts[1].engine.call("GET", "/images/sha256:%s/json" % image)
        self.assertEqual((status, it["Config"]["Labels"]), (200, {"of": "podman"}))

    def test_named(self):
        """What was typed is what counts, and its absence is said."""
        job = self.job("", "echo ran", "--host", self.other_name()["DOCKER_HOST"])
        self.assertIn("no container engine answers at unix:///run/other.sock", self.log(job))
        self.assertEqual(self.exit()["status"], 125)

    def test_podman(self):
        """A node whose only engine is rootless Podman, and where nobody has a session, runs the job."""
        self.without_docker()
        job = self.job(ALONE, "id -u; touch made; exit 7", **self.other_name())
        log = self.log(job)
        self.assertIn("the engine of this node: podman", log)
        self.assertEqual(self.exit()["status"], 7, log)
        self.assertEqual(os.stat(self.project + "/made").st_uid, self.uid)
        self.assertEnded(10)

    def test_cancelled(self):
        """Cancelled, or its launcher killed, nothing of it goes on, and Podman's service does not stay."""
        self.without_docker()
        self.ends_by(lambda job: self.lab.said("scancel", job))
        self.ends_by(lambda job: kit.tool(*self.lab.hosts[1].at(), "pkill", "-KILL", "-xf", kit.CNNRUN + " node-run .*"))

    def ends_by(self, end):
        with contextlib.suppress(FileNotFoundError):
            os.remove(self.project + "/made")
        job = self.job(ALONE, "touch made; sleep 600")
        self.made("made", 60)
        end(job)
        self.lab.ended(job)
        self.assertEnded(30)
        at = self.lab.hosts[1].at()
        self.assertEqual(kit.subprocess.run(at + ("pgrep", "-fx", "sleep 600"), stdout=kit.subprocess.PIPE, check=False).stdout, b"")

    def test_none(self):
        """A node that has nothing says what to ask for."""
        self.without_docker()
        job = self.job("", "true")
        self.log(job)
        words = ("env", "PATH=/nowhere", "SLURM_JOB_ID=" + job, "SLURM_PROCID=0", "SLURM_RESTART_COUNT=7")
        r = self.run_cnnrun("node-run", self.dir, env=self.env, granted=False, before=words,
                            around=self.lab.hosts[1].at(self.project))
        self.assertEqual(r.code, 125, r.err)
        self.assertIn("no container engine that answers you, no Podman and no Apptainer; ask for one of them, or name one when you submit", r.err)
