# SPDX-License-Identifier: MIT
"""An image that only the host one logs in on has gets to the nodes."""
import json
import os
import stat

import kit
import lab_kit


class Image(lab_kit.Case):
    def setUp(self):
        super().setUp()
        self.engine = self.lab.hosts[0].engine
        self.tars = os.path.join(kit.environment(self.uid)["HOME"], ".local/state/cnnrun/jobs/images")

    def on(self, number, *words, **more):
        r = super().on(number, *words, **more)
        self.submitted = r.err
        return r

    def make(self, name):
        """Of the tests' image another one, which n0 alone has; its id."""
        made = self.engine.call("POST", "/containers/create", {"Image": "busybox"})[1]["Id"]
        status, reply = self.engine.call("POST", "/commit?container=%s&repo=%s" % (made, name), {"Labels": {"name": name}})
        self.assertEqual(status, 201, reply)
        self.engine.remove(made)
        for host in self.lab.hosts:
            self.addCleanup(host.engine.call, "DELETE", "/images/%s?force=1" % reply["Id"])
        return reply["Id"]

    def tar(self, image):
        return os.path.join(self.tars, image.split(":")[1] + ".tar")

    def waiting(self, *words):
        """A job that does not begin before its end is asked for."""
        self.lab.said("scontrol", "update", "PartitionName=test", "State=DOWN")
        self.addCleanup(self.lab.said, "scontrol", "update", "PartitionName=test", "State=UP")
        return self.job(*words)

    def said(self, job):
        self.lab.said("scontrol", "update", "PartitionName=test", "State=UP")
        self.lab.ended(job)
        return self.read("log")

    def test_along(self):
        """Saved once, loaded once a node however many tasks wait for it, kept for as long as a job needs it."""
        image = self.make("alone")
        call = 'c:image "alone":network "host":nodes(2):tasks { per_node = 2 }'
        job = self.job(call, "echo rank $RANK; until [ -e go ]; do sleep 0.2; done")
        self.assertRegex(self.submitted, r"the image, for the nodes: %s, [0-9.]+ [KM]iB\n" % self.tar(image))
        self.assertEqual(stat.S_IMODE(os.stat(self.tar(image)).st_mode), 0o600)
        kit.wait_for(lambda: os.path.exists(self.dir + "/log") and self.read("log").count("rank ") == 4, 60, "all tasks")
        r = self.on(0, "clean")
        self.assertNotIn(self.tar(image), r.out)
        self.write("go", "")
        log = self.said(job)
        self.assertEqual(self.exit()["status"], 0, log)
        self.assertEqual(log.count("loading the image: "), 2, log)
        job = self.job(call, "true")
        self.assertNotIn("for the nodes", self.submitted)
        self.assertNotIn("loading", self.said(job))
        r = self.on(0, "clean", "--dry-run")
        self.assertIn("would remove image of a job %s\n" % self.tar(image), r.out)
        self.assertIn("removed image of a job %s\n" % self.tar(image), self.on(0, "clean").out)
        self.assertEqual(os.listdir(self.tars), [])
        self.assertClean()

    def test_service(self):
        """That of a service gets there as well."""
        image = self.make("beside")
        job = self.job('c:service("s", function(s) s:image "beside" s:command { "sh", "-c", "echo up; sleep 600" } '
                       's:ready { log = "up" } end)', "echo ran")
        log = self.said(job)
        self.assertIn("ran\n", log)
        self.assertIn(self.tar(image), log)
        self.assertClean()

    def test_at_once(self):
        """Two jobs that are submitted at once save it whole, and leave one."""
        image = self.make("both")
        self.write("cnnrun.lua", lab_kit.PROFILE % 'c:image "both"')
        self.on(0, "allow", "./cnnrun.lua")
        both = [self.start_cnnrun("--on", "slurm", "./cnnrun.lua", "--", "echo", "ran", env=self.env, granted=False,
                                  around=self.lab.hosts[0].at(self.project)) for _ in range(2)]
        for p in both:
            out, err = p.communicate(timeout=120)
            self.assertEqual(p.returncode, 0, err)
            self.assertIn("ran\n", out)
        self.assertEqual([f for f in os.listdir(self.tars) if image.split(":")[1] in f], [os.path.basename(self.tar(image))])

    def test_other(self):
        """A tar that holds another image starts nothing."""
        first, second = self.make("first"), self.make("second")
        self.job('c:image "first"', "true")
        with open(self.tar(first), "rb") as f:
            other = f.read()
        job = self.waiting('c:image "second"', "echo ran", "--image-tar")
        with open(self.tar(second), "wb") as f:
            f.write(other)
        log = self.said(job)
        self.assertEqual(self.exit()["status"], 125, log)
        self.assertIn("is another image than " + second, log)
        self.assertNotIn("ran\n", log)

    def test_full(self):
        """A node whose engine has no room for it says so, before it begins."""
        image = self.make("large")
        job = self.waiting('c:image "large"', "echo ran")
        os.truncate(self.tar(image), 1 << 42)
        log = self.said(job)
        self.assertEqual(self.exit()["status"], 125, log)
        self.assertRegex(log, r"error: \S+/n[12]/data has .* free, and to load %s takes 8 TiB; make room" % self.tar(image))

    def test_nowhere(self):
        """An image that a node lacks and nobody takes along: the cure is said."""
        job = self.waiting("", "true")
        with open(self.dir + "/plan.json") as f:
            plan = json.load(f)
        plan["images"][0] = {"id": "sha256:" + "0" * 64}
        with open(self.dir + "/plan.json", "w") as f:
            json.dump(plan, f)
        log = self.said(job)
        self.assertIn("submit the job again with --image-tar", log)
        self.assertEqual(self.exit()["status"], 125, log)
