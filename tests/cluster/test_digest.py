# SPDX-License-Identifier: MIT
"""An image that a registry has gets to the nodes by its digest."""
import os
import re
import subprocess

import jobs_kit
import kit
import slurm_kit
from test_pull import CONFIG, tempfile

PROFILE = """local cnn = require "cnnrun"
return cnn.profile { about = "a job", setup = function(c, opt)
	c:image "%s"
end }
"""


class Digest(jobs_kit.Case):
    def registry(self):
        """A real one; its name and its process."""
        d, port = tempfile.mkdtemp(prefix="registry.", dir=kit.SCRATCH), slurm_kit.free_port()
        with open(d + "/config.yml", "w") as f:
            f.write(CONFIG % {"dir": d, "port": port})
        p = subprocess.Popen(["docker-registry", "serve", d + "/config.yml"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(p.wait)
        self.addCleanup(p.kill)
        kit.wait_for(lambda: subprocess.run(["curl", "-s", "127.0.0.1:%d/v2/" % port], check=False,
                                            stdout=subprocess.DEVNULL).returncode == 0, 20, "the registry")
        return "127.0.0.1:%d/x:1" % port, p

    def push(self, ref):
        """An image of its own, by that name, there and here."""
        made = kit.engine.call("POST", "/containers/create", {"Image": "busybox"})[1]["Id"]
        repo, tag = ref.rsplit(":", 1)
        status, reply = kit.engine.call("POST", "/commit?container=%s&repo=%s&tag=%s" % (made, repo, tag), {"Labels": {"r": ref}})
        self.assertEqual(status, 201, reply)
        kit.engine.remove(made)
        self.addCleanup(kit.engine.call, "DELETE", "/images/%s?force=1" % reply["Id"])
        kit.tool("docker", "push", "-q", ref)
        return reply["Id"]

    def submit(self, ref, image):
        """A job that begins once the engine has lost the image."""
        self.write("cnnrun.lua", PROFILE % ref)
        kit.allow("./cnnrun.lua", uid=self.uid, cwd=self.project)
        self.slurm.said("scontrol", "update", "PartitionName=test", "State=DOWN")
        r = self.run_cnnrun("--on", "slurm", "--detach", "./cnnrun.lua", "--", "echo", "ran", env=self.env, granted=False)
        self.assertEqual(r.code, 0, r.err)
        self.assertRegex(r.err, r"the nodes pull %s@sha256:[0-9a-f]{64}\n" % ref.rsplit(":", 1)[0])
        self.assertEqual(kit.engine.call("DELETE", "/images/%s?force=1" % image)[0], 200)
        self.dir = re.search(r"its output: (\S+)/log", r.err).group(1)
        return r.out.strip()

    def log(self, job):
        self.slurm.said("scontrol", "update", "PartitionName=test", "State=UP")
        self.slurm.ended(job)
        with open(self.dir + "/log") as f:
            return f.read()

    def test_pulled(self):
        """The node pulls that image, whatever the name means by then; without a registry the cure is said."""
        ref, registry = self.registry()
        first = self.push(ref)
        job = self.submit(ref, first)
        second = self.push(ref + ".other")
        kit.tool("docker", "tag", ref + ".other", ref)
        kit.tool("docker", "push", "-q", ref)
        self.assertIn("ran\n", self.log(job))
        self.assertEqual(kit.engine.call("GET", "/images/%s/json" % first)[0], 200)
        job = self.submit(ref, second)
        registry.kill()
        registry.wait()
        log = self.log(job)
        self.assertNotIn("ran\n", log)
        self.assertIn("or submit with --image-tar, which takes the image along", log)

    def test_not_taken(self):
        """What the scheduler does not take leaves nothing in the user's state."""
        self.profile()
        top = os.path.join(kit.environment(self.uid)["HOME"], ".local/state/cnnrun/jobs")
        before = set(os.listdir(top)) if os.path.isdir(top) else set()
        r = self.run_cnnrun("--on", "slurm:nosuch", "--snapshot", "./cnnrun.lua", "--", "true", env=self.env)
        self.assertEqual(r.code, 125, r.err)
        self.assertEqual(set(os.listdir(top)), before)
