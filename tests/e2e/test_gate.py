# SPDX-License-Identifier: MIT
"""What a container begins with: the program that looks at its mounts and becomes the
command, or its init. What it keeps off is in tests/attack/test_moved*.py."""
import os
import subprocess

import kit


class Program(kit.Case):
    def test_no_program(self):
        """each way not to be a program, with an init and without, detached too"""
        self.write("bin/x", "")
        for more in (), ("c:init(false)",), ('c:user "host"', 'c:network "none"'):
            self.profile('c:mount("bin", "/b")', *more)
            self.assertNoPrograms()
        self.profile("c:detach()")
        for program, code in ("nosuch", 127), ("/etc", 126):
            r = self.run_cnnrun("./cnnrun.lua", "--", program)
            self.assertEqual((r.code, r.out, len(r.err.splitlines())), (code, "", 1), r.err)

    def test_no_command(self):
        """125 and a cure where neither the image nor anybody else names a command"""
        kit.tool("docker", "-H", "unix://" + kit.SOCKET, "import", "-", "kit-mute", stdin=subprocess.DEVNULL)
        self.profile(image="kit-mute")
        r = self.run_cnnrun("./cnnrun.lua")
        kit.engine.call("DELETE", "/images/kit-mute?force=1")
        self.assertEqual(r.code, 125)
        self.assertIn("the image kit-mute names no command; give one after --", r.err)

    def test_image_program(self):
        """entrypoint and command, of the image and of the profile, as docker puts them together"""
        for changes, calls, words, said in (
                ((), (), ("echo", "a"), "a"),
                (('ENTRYPOINT ["echo", "e"]', 'CMD ["c"]'), (), (), "e c"),
                (('ENTRYPOINT ["echo", "e"]', 'CMD ["c"]'), (), ("w", "x"), "e w x"),
                (('ENTRYPOINT ["echo", "e"]', 'CMD ["c"]'), ('c:entrypoint { "echo", "p" }',), (), "p"),
                (('ENTRYPOINT ["echo", "e"]', 'CMD ["c"]'), ('c:entrypoint { "echo", "p" }',), ("w",), "p w"),
                (('ENTRYPOINT ["echo", "e"]', 'CMD ["c"]'), ('c:entrypoint ""',), ("echo", "w"), "w"),
                (('CMD echo "$0" shell',), (), (), "/bin/sh shell")):
            self.variant(*changes)
            self.profile(*calls, image="kit-variant")
            r = self.run_cnnrun("./cnnrun.lua", *(("--",) + words if words else ()))
            self.assertEqual((r.code, r.out), (0, said + "\n"), (changes, calls, words, r.err))
        kit.engine.call("DELETE", "/images/kit-variant?force=1")

    def variant(self, *changes):
        """busybox, with these lines of a Dockerfile."""
        self.write("variant/Dockerfile", "FROM busybox\n" + "\n".join(changes) + "\n")
        kit.tool("docker", "-H", "unix://" + kit.SOCKET, "build", "-q", "-t", "kit-variant",
                 os.path.join(self.project, "variant"), env=dict(os.environ, DOCKER_BUILDKIT="0"),
                 stderr=subprocess.DEVNULL)

    def test_init(self):
        """process 1 buries orphans, unless no init is wanted"""
        orphans = "(true &); sleep 0.3; ps -o stat,args | grep -c ^Z"
        self.profile()
        self.assertEqual(self.run_cnnrun("./cnnrun.lua", "--", "sh", "-c", orphans).out, "0\n")
        self.profile("c:init(false)")
        self.assertEqual(self.run_cnnrun("./cnnrun.lua", "--", "sh", "-c", "echo $$").out, "1\n")


class Place(kit.Case):
    """Where that program lies."""

    uid = kit.USER

    def setUp(self):
        super().setUp()
        self.earlier = set()
        self.earlier = set(self.kept())

    def kept(self):
        """Gates among the user's state since the beginning of the test."""
        state = os.path.join(kit.environment(self.uid)["HOME"], ".local/state/cnnrun/gate")
        return sorted(set(os.listdir(state)) - self.earlier) if os.path.exists(state) else []

    def noexec(self, where):
        os.makedirs(where, exist_ok=True)
        kit.tool("mount", "-t", "tmpfs", "-o", "noexec,mode=700,uid=%d" % self.uid, "tmpfs", where)
        self.addCleanup(kit.tool, "umount", "-l", where)
        return where

    def test_noexec(self):
        """where nothing can be executed in the runtime directory it lies among the state"""
        self.profile()
        runtime = self.noexec(self.project + ".runtime")
        r = self.run_cnnrun("./cnnrun.lua", "--", "true", env={"XDG_RUNTIME_DIR": runtime})
        self.assertEqual(r.code, 0, r.err)
        self.assertEqual(self.kept(), [])
        state = self.noexec(self.project + ".state")
        r = self.run_cnnrun("./cnnrun.lua", "--", "true",
                            env={"XDG_RUNTIME_DIR": runtime, "XDG_STATE_HOME": state})
        self.assertEqual((r.code, r.out, len(r.err.splitlines())), (125, "", 1), r.err)
        self.assertIn("set XDG_STATE_HOME to a directory that is not mounted noexec", r.err)

    def test_kept(self):
        """that of a kept container stays with it: the engine can start it again"""
        self.profile("c:keep()", "c:log()", "c:name 'kit-gate'", 'c:mount(".", "/w")')
        self.shell("echo x >> /w/runs; exit 0")
        self.assertEqual(len(self.kept()), 1)
        for n in 2, 3:
            self.assertEqual(kit.engine.call("POST", "/containers/kit-gate/start")[0], 204)
            kit.wait_for(lambda: not kit.engine.inspect("kit-gate")["State"]["Running"])
            self.assertEqual(kit.engine.inspect("kit-gate")["State"]["ExitCode"], 0)
        with open(os.path.join(self.project, "runs")) as f:
            self.assertEqual(f.read(), "x\n" * 3)
        self.assertIn("kit-gate", self.run_cnnrun("clean").out)
        self.assertEqual(self.kept(), [])

    def test_kept_and_removed(self):
        """what is left of one that was removed by hand is taken away by clean"""
        self.profile("c:keep()", "c:name 'kit-gate'")
        self.shell("true")
        kit.engine.remove("kit-gate")
        self.assertEqual(len(self.kept()), 1)
        self.assertEqual(self.run_cnnrun("clean").code, 0)
        self.assertEqual(self.kept(), [])

    def test_no_search(self):
        """a mount that the container's user may not look up is judged all the same"""
        self.write("data/x", "x")
        self.write("variant/Dockerfile", "FROM busybox\nRUN mkdir -m 700 /closed\n")
        kit.tool("docker", "-H", "unix://" + kit.SOCKET, "build", "-q", "-t", "kit-closed",
                 os.path.join(self.project, "variant"), env=dict(os.environ, DOCKER_BUILDKIT="0"),
                 stderr=subprocess.DEVNULL)
        self.profile('c:mount("data", "/closed/d")', 'c:user "host"', image="kit-closed")
        self.assertEqual(self.shell("ls /closed/d || echo closed"), "closed\n")
        kit.engine.call("DELETE", "/images/kit-closed?force=1")
