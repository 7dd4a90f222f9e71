# SPDX-License-Identifier: MIT
"""cnnrun lock, --locked and lock --diff."""
import json
import os

import kit
import lock_kit


class Lock(lock_kit.Locking):
    def test_written(self):
        """every image, input and package, one line each; twice the same; beside other profiles"""
        main = self.lock()["containers"]["main"]
        self.assertEqual(main["packages"], {"dpkg": {"bash": "5.2-1", "libc6": "2.36"},
                                            "pip": {"numpy": "1.26.4", "six": "1.16.0"}})
        self.assertEqual(main["id"], kit.engine.get("/images/kit-lock/json")["Id"])
        self.assertEqual(main["build"]["bases"], {"busybox": kit.engine.get("/images/busybox/json")["Id"]})
        self.assertEqual(set(main["build"]["context"]), {"install"})
        with open(os.path.join(self.project, "cnnrun.lock")) as f:
            text = f.read()
        self.assertIn('"numpy":\t"1.26.4",\n', text)
        self.lock()
        self.profile(name="a.lua")
        self.lock("./a.lua")
        self.assertEqual(self.entry("a.lua")["containers"]["main"]["image"], "busybox")
        os.unlink(os.path.join(self.project, "a.lua"))
        with open(os.path.join(self.project, "cnnrun.lock")) as f:
            both = f.read()
        self.assertIn(text[text.index('"cnnrun.lua"'):].rstrip("}\n\t"), both)

    def test_refused(self):
        """a pinned package in the Dockerfile is another one: its line is named, nothing is built"""
        self.lock()
        self.assertEqual(self.cnnrun("--locked", "./cnnrun.lua", "--", "echo", "x", code=125).out, "")
        self.assertEqual(self.cnnrun("build", "--locked", "./cnnrun.lua").code, 0)
        self.change("numpy==1.26.4", "numpy==2.0.1")
        line = ["Dockerfile, line 5: RUN install numpy==2.0.1 six==1.16.0"]
        self.assertEqual(self.refused(), line)
        for words in ("build", "--locked", "./cnnrun.lua"), ("plan", "--locked", "./cnnrun.lua"):
            self.assertIn(line[0], self.cnnrun(*words, code=125).err)

    def test_named(self):
        """context, argument, plan: each by its name; what is this person's alone counts for nothing"""
        self.build_profile('c:env("A", "1")', build='context = "ctx", tag = "kit-lock", args = { V = "1" }')
        self.lock()
        self.build_profile('c:env("A", "2")', build='context = "ctx", tag = "kit-lock", args = { V = "2" }')
        self.write("ctx/install", lock_kit.INSTALL + "#\n", 0o755)
        self.write("ctx/new", "x")
        self.assertEqual(self.refused(), ["argument V 1 → 2", "context install: not as it was",
                                          "context new: new", "plan, env: not as it was"])
        self.build_profile('c:env("A", "1") c:gpus "none"',
                           build='context = "ctx", tag = "kit-lock", args = { V = "1" }')
        os.unlink(os.path.join(self.project, "ctx/new"))
        self.write("ctx/install", lock_kit.INSTALL, 0o700)
        self.cnnrun("build", "--locked", "./cnnrun.lua")

    def test_diff(self):
        """what changed, as people call it; status 1 then, 0 when nothing did; the same as JSON"""
        self.lock()
        self.assertEqual(self.cnnrun("lock", "--diff").out, "")
        self.change("numpy==1.26.4 six==1.16.0", "numpy==2.0.1 attrs==23.1")
        self.change("deb-bash==5.2-1", "deb-bash==5.2-2")
        r = self.cnnrun("lock", "--diff", code=1)
        self.assertEqual(r.out.splitlines(), [
            "Dockerfile, line 4: RUN install deb-bash==5.2-2 deb-libc6==2.36",
            "Dockerfile, line 5: RUN install numpy==2.0.1 attrs==23.1",
            "bash 5.2-1 → 5.2-2 (dpkg)", "added: attrs 23.1 (pip)", "numpy 1.26.4 → 2.0.1 (pip)",
            "removed: six 1.16.0 (pip)"])
        found = json.loads(self.cnnrun("lock", "--diff", "--json", code=1).out)
        self.assertIn({"container": "main", "kind": "package", "name": "numpy", "from": "1.26.4",
                       "to": "2.0.1", "words": "numpy 1.26.4 → 2.0.1 (pip)"}, found)

    def test_none(self):
        """without a file, or an entry of it, or what can be locked: one line with the cure"""
        for words, said in ((("--locked", "./cnnrun.lua"), "write it: cnnrun lock cnnrun.lua"),
                            (("lock", "--diff"), "write it: cnnrun lock")):
            r = self.cnnrun(*words, code=125)
            self.assertEqual(len(r.err.splitlines()), 1, r.err)
            self.assertIn(said, r.err)
        self.profile("cnn.run(c)", name="s.lua")
        r = self.cnnrun("lock", "./s.lua", code=2)
        self.assertIn("not what it starts by itself", r.err)

    def test_very_image(self):
        """the very image that was locked runs, though its name is another's by now"""
        self.profile('c:command { "cat", "/which" }', image="kit-lock:1")
        self.addCleanup(kit.engine.call, "DELETE", "/images/kit-lock:1?force=1")
        for text in "first", "second":
            self.write("ctx/Dockerfile", "FROM busybox\nRUN echo %s >/which\n" % text)
            kit.tool("docker", "build", "-q", "-t", "kit-lock:1", os.path.join(self.project, "ctx"))
            if text == "first":
                self.lock()
                kit.tool("docker", "tag", "kit-lock:1", "kit-lock:latest")
        self.assertEqual(self.cnnrun("--locked", "./cnnrun.lua").out, "first\n")
        self.assertEqual(self.cnnrun("./cnnrun.lua").out, "second\n")


if __name__ == "__main__":
    kit.main()
