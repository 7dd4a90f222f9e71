# SPDX-License-Identifier: MIT
"""What the NVIDIA runtime hook is asked for, by a stand-in hook, and an engine without."""
import os
import subprocess

import gpus
import kit

REQUESTS = os.environ["HOOK_REQUESTS"]


def lines():
    if not os.path.exists(REQUESTS):
        return []
    with open(REQUESTS) as f:
        return f.read().splitlines()


def asked_since(n):
    """The NVIDIA_… variables of the container that came after n lines."""
    new = lines()[n:]
    assert len(new) <= 1, new
    return dict(w.split("=", 1) for w in new[0].split() if "=" in w) if new else None


class Request(kit.Case):
    demo = True

    def asked(self, *words):
        """The NVIDIA_… variables of the container that a launch of the gui profile made."""
        had = len(lines())
        r = kit.cnnrun("profiles/gui.lua", *words, "--", "true")
        self.assertEqual(r.code, 0, r.err)
        return asked_since(had)

    def test_indexes(self):
        """-d 2,3 are these two"""
        self.assertEqual(self.asked("-d", "2,3")["NVIDIA_VISIBLE_DEVICES"], "2,3")

    def test_all(self):
        """-d all"""
        self.assertEqual(self.asked("-d", "all")["NVIDIA_VISIBLE_DEVICES"], "all")

    def test_uuid(self):
        """-d GPU-<uuid> and MIG-<uuid>"""
        for uuid in ("GPU-0aa0b4de-1f2e-3c4d-5e6f-708192a3b4c5",
                     "MIG-0aa0b4de-1f2e-3c4d-5e6f-708192a3b4c5"):
            self.assertEqual(self.asked("-d", uuid)["NVIDIA_VISIBLE_DEVICES"], uuid)

    def test_none(self):
        """-d none asks for nothing"""
        self.assertIsNone(self.asked("-d", "none"))

    def test_capabilities(self):
        """with a display all are asked for"""
        self.assertEqual(self.asked("-d", "0")["NVIDIA_DRIVER_CAPABILITIES"], "all")

    def test_broken_driver(self):
        """a hook that fails ends in 125 with its words"""
        broken = os.path.join(os.path.dirname(REQUESTS), "broken")
        with open(broken, "w"):
            pass
        self.addCleanup(os.unlink, broken)
        r = kit.cnnrun("profiles/gui.lua", "-d", "0", "--", "true")
        self.assertEqual(r.code, 125)
        self.assertIn("libnvidia-ml.so.1", r.err)

    def test_nonsense(self):
        """what is no device is refused before the engine"""
        for nonsense in "x,y", "-1", "0,,1", "GPU-", "0;rm":
            r = kit.cnnrun("profiles/gui.lua", "--devices=" + nonsense, "--", "true")
            self.assertIn(r.code, (2, 125), nonsense)
            self.assertRegex(r.err, "is no GPU|names no GPU", nonsense)
            self.assertEqual(len(r.err.splitlines()), 1, r.err)


class Capabilities(kit.Case):
    """Of the driver: the variable that the toolkit reads."""

    def asked(self, *calls, image="busybox"):
        self.profile(*calls, image=image)
        had = len(lines())
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 0, r.err)
        return asked_since(had).get("NVIDIA_DRIVER_CAPABILITIES")

    def test_every_name(self):
        """each that the toolkit knows, and all, can be asked for"""
        for name in "compute", "utility", "graphics", "display", "video", "compat32", "ngx", "all":
            self.assertEqual(self.asked('c:gpus("0", { capabilities = { "%s" } })' % name), name)

    def test_order(self):
        """a variable of the profile counts more than capabilities, and these more than the image"""
        subprocess.run("docker save busybox | tar -xO --wildcards '*/layer.tar' | docker import -c "
                       "'ENV PATH=/bin NVIDIA_DRIVER_CAPABILITIES=video' - gpu-image", shell=True,
                       check=True, stdout=subprocess.DEVNULL)
        self.addCleanup(kit.engine.call, "DELETE", "/images/gpu-image")
        self.assertIsNone(self.asked('c:gpus "0"'))
        self.assertEqual(self.asked('c:gpus "0"', image="gpu-image"), "video")
        wish = 'c:gpus("0", { capabilities = { "compute", "ngx" } })'
        self.assertEqual(self.asked(wish, image="gpu-image"), "compute,ngx")
        variable = 'c:env("NVIDIA_DRIVER_CAPABILITIES", "graphics")'
        self.assertEqual(self.asked(wish, variable, image="gpu-image"), "graphics")


class Runtime(kit.Case):
    """An engine with a runtime called nvidia, as on Jetson."""

    def test_runtime(self):
        """runtime = true uses it, and a variable tells it which"""
        env = {"DOCKER_HOST": gpus.other_engine(self, '{"runtimes": {"nvidia": {"path": "runc"}}}')}
        script = "echo $NVIDIA_VISIBLE_DEVICES $NVIDIA_DRIVER_CAPABILITIES"
        self.profile("c:gpus { runtime = true }")
        self.assertEqual(self.shell(script, env=env), "all\n")
        self.profile('c:gpus("0,2", { runtime = true, capabilities = "all" })', 'c:name "jetson"')
        p = self.start_cnnrun("./cnnrun.lua", "--", "sh", "-c", script + "; exec sleep 1000", env=env)
        self.assertEqual(p.stdout.readline(), "0,2 all\n")
        host = kit.Engine(env["DOCKER_HOST"][len("unix://"):]).inspect("jetson")["HostConfig"]
        self.assertEqual((host["Runtime"], host["DeviceRequests"]), ("nvidia", None))
        p.terminate()
        p.wait(30)

    def test_none(self):
        """an engine without one: what to do"""
        self.profile("c:gpus { runtime = true }")
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 125)
        self.assertIn("sudo nvidia-ctk runtime configure", r.err)


class Cdi(kit.Case):
    def test_not_here(self):
        """an engine that passes no CDI devices on: what would; optional goes without"""
        self.profile('c:device "vendor.com/class=name"')
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 125)
        self.assertIn("Docker 25 or newer", r.err)
        self.profile('c:device("vendor.com/class=name", { optional = true })')
        self.shell("true")


class NoRuntime(kit.Case):
    """A second engine, without the hook."""

    def setUp(self):
        super().setUp()
        self.env = {"DOCKER_HOST": gpus.other_engine(self)}

    def test_clear_error(self):
        """says what to install and which option goes without; optional goes without"""
        self.profile('c:gpus "0"')
        r = self.run_cnnrun("./cnnrun.lua", "--", "true", env=self.env)
        self.assertEqual(r.code, 125)
        self.assertRegex(r.err, "NVIDIA Container Toolkit|nvidia-container-toolkit")
        self.assertIn("none", r.err)
        self.profile('c:gpus("0", { optional = true })')
        r = self.run_cnnrun("./cnnrun.lua", "--", "true", env=self.env)
        self.assertEqual(r.code, 0, r.err)
