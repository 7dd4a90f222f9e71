# SPDX-License-Identifier: MIT
"""An engine on another machine, behind ssh."""
import os
import signal
import time

import far_kit
import kit


class Runs(far_kit.Far):
    def setUp(self):
        super().setUp()
        self.profile('c:user { uid = 12, gid = 12 }')
        self.allow("./cnnrun.lua")

    def test_run(self):
        """streams and status come over, by one login, of which nothing stays"""
        before = self.logins()
        r = self.on("-q", "./cnnrun.lua", "--", "sh", "-c", "cat; echo err >&2; exit 7", input="word\n")
        self.assertEqual((r.code, r.out, r.err), (7, "word\n", "err\n"))
        self.assertEqual(self.logins(), before + 1)
        self.assertFalse(self.masters())
        self.assertFalse([d for d in os.listdir(os.environ["XDG_RUNTIME_DIR"] + "/cnnrun") if d.endswith(".ssh")])

    def test_at_once(self):
        """several at once share one login"""
        before = self.logins()
        all_of_them = [self.begin("./cnnrun.lua", "--", "sleep", "3") for _ in range(4)]
        for p in all_of_them:
            self.assertEqual(p.wait(60), 0, p.stderr.read())
        self.assertEqual(self.logins(), before + 1)

    def test_stays(self):
        """a detached one keeps the login for what follows; ps, logs, exec, stop go over"""
        before = self.logins()
        r = self.on("./cnnrun.lua", "--detach", "--", "sh", "-c", "echo said; sleep 100")
        self.assertEqual(r.code, 0, r.err)
        name = r.out.strip()
        self.assertIn(name, self.on("ps").out)
        self.assertEqual(self.on("logs", name).out, "said\n")
        self.assertEqual(self.on("exec", name, "echo", "in it").out, "in it\n")
        self.assertEqual(self.logins(), before + 1)
        self.assertEqual(self.on("stop", "-t", "0", name).code, 0)
        kit.wait_for(lambda: name not in kit.engine.containers(), 20, "its end")

    def test_elsewhere(self):
        """what lies on another engine is not seen on this one's list, nor swept"""
        r = self.on("./cnnrun.lua", "--detach", "--", "sleep", "100")
        other = self.run_cnnrun("--on", "ssh://box" + kit.SOCKET, "ps", env=self.environment())
        self.assertIn(r.out.strip(), other.out)  # the same engine, by another address
        self.assertEqual(self.on("stop", "-t", "0", r.out.strip()).code, 0)

    def test_build(self):
        """an image is built there of what lies here"""
        self.write("docker/Dockerfile", "FROM busybox\nCOPY docker/x /x\n")
        self.write("docker/x", "built there\n")
        self.profile('c:build { context = ".", dockerfile = "docker/Dockerfile", tag = "far-build:1" }', image=None)
        self.allow("./cnnrun.lua")
        r = self.on("-q", "./cnnrun.lua", "--", "cat", "/x")
        self.assertEqual((r.code, r.out), (0, "built there\n"), r.err)

    def test_named(self):
        """DOCKER_HOST, CONTAINER_HOST, a context and a connection of Podman's lead there"""
        home = self.project + "/home"
        os.mkdir(home)
        kit.tool("docker", "context", "create", "the-box", "--docker", "host=ssh://box", env=dict(
            os.environ, HOME=home, DOCKER_CONFIG=home + "/.docker", DOCKER_HOST=""))
        self.write("home/.config/containers/containers.conf", "[engine]\n[engine.service_destinations]\n"
                   '[engine.service_destinations.old]\nuri = "ssh://box%s"\n' % kit.SOCKET)
        self.write("home/.config/containers/podman-connections.json",
                   '{"Connection":{"Default":"new","Connections":{"new":{"URI":"ssh://box%s","Identity":"%s/user"}}}}'
                   % (kit.SOCKET, self.far))
        for env, words in (({"DOCKER_HOST": "ssh://box"}, ()), ({"CONTAINER_HOST": "ssh://box"}, ()),
                           ({"DOCKER_CONTEXT": "the-box"}, ()), ({"CONTAINER_CONNECTION": "new"}, ()),
                           ({}, ("--on", "the-box")), ({}, ("--context", "the-box")), ({}, ("--on", "old")),
                           ({}, ("--on", "new")), ({"DOCKER_HOST": "unix:///nowhere"}, ("--on", "ssh://box"))):
            more = self.environment(HOME=home, DOCKER_CONFIG=home + "/.docker", XDG_STATE_HOME=home, **env)
            r = self.run_cnnrun(*words, "doctor", env=more)
            self.assertRegex(r.out, r"ok    engine: Docker .*, at ssh://box", (env, words, r.out, r.err))

    def test_doctor(self):
        """doctor says where the engine is"""
        r = self.on("doctor")
        self.assertRegex(r.out, r"(?m)^ok    engine: Docker .*, at ssh://box$")


class Grants(far_kit.Far):
    def test_grants(self):
        """what is granted here is not granted there, nor the other way; both are listed"""
        self.profile('c:user { uid = 0 }')
        kit.allow("./cnnrun.lua", cwd=self.project)
        self.assertEqual(self.run_cnnrun("./cnnrun.lua", "--", "true").code, 0)
        r = self.on("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 125)
        self.assertIn("is not allowed on ssh://box to be root in the container; to allow it: "
                      "cnnrun allow --on ssh://box ./cnnrun.lua -- true\n", r.err)
        self.allow("./cnnrun.lua")
        self.assertEqual(self.on("./cnnrun.lua", "--", "true").code, 0)
        self.assertRegex(self.run_cnnrun("allow", "--list").out, r"ago, on ssh://box\n")
        self.assertEqual(self.run_cnnrun("deny", "./cnnrun.lua").code, 0)
        for where in "ssh://box", kit.SOCKET:
            self.assertEqual(self.on("./cnnrun.lua", "--", "true", where=where).code, 125)

    def test_only_there(self):
        """what was granted there is not granted here"""
        self.profile('c:user { uid = 0 }')
        self.allow("./cnnrun.lua")
        self.assertEqual(self.run_cnnrun("./cnnrun.lua", "--", "true", granted=False).code, 125)

    def test_context(self):
        """a context is what it points at: another one of that name has no grants"""
        self.profile('c:user { uid = 0 }')
        config = self.project + "/config"
        env = dict(os.environ, DOCKER_CONFIG=config, DOCKER_HOST="")
        more = self.environment(DOCKER_CONFIG=config)
        kit.tool("docker", "context", "create", "there", "--docker", "host=ssh://box", env=env)
        r = self.run_cnnrun("allow", "--on", "there", "./cnnrun.lua", env=more, granted=False)
        self.assertIn(" on ssh://box is allowed to", r.out)
        self.assertEqual(self.run_cnnrun("--on", "there", "./cnnrun.lua", "--", "true", env=more, granted=False).code, 0)
        kit.tool("docker", "context", "update", "there", "--docker", "host=ssh://box" + kit.SOCKET, env=env)
        r = self.run_cnnrun("--on", "there", "./cnnrun.lua", "--", "true", env=more, granted=False)
        self.assertEqual(r.code, 125)
        self.assertIn("not allowed on ssh://box/", r.err)


class Killed(far_kit.Far):
    def setUp(self):
        super().setUp()
        self.profile('c:user { uid = 12, gid = 12 }')
        self.allow("./cnnrun.lua")

    def running(self):
        p = self.begin("./cnnrun.lua", "--", "sleep", "300")
        return p, self.new_container()

    def test_launcher(self):
        """a launcher that is killed leaves nothing there"""
        p, name = self.running()
        p.kill()
        kit.wait_for(lambda: name not in kit.engine.containers(), 20, "its removal")

    def test_both(self):
        """where its janitor is killed too the next start there sweeps, and no other"""
        p, name = self.running()
        os.kill(self.janitor(), signal.SIGKILL)
        p.kill()
        self.assertIn(name, kit.engine.containers())
        self.assertEqual(self.run_cnnrun("./cnnrun.lua", "--", "true").code, 0)  # here: no matter
        r = self.on("./cnnrun.lua", "--", "true")
        self.assertIn("removing %s, left by a launch that was killed" % name, r.err)
        kit.wait_for(lambda: name not in kit.engine.containers(), 20, "its removal")

    def test_while_building(self):
        """killed before it made anything, no process of ssh stays"""
        self.profile('c:user { uid = 12, gid = 12 }', 'c:build { context = ".", tag = "far-slow:1" }', image=None)
        self.write("Dockerfile", "FROM busybox\nRUN sleep 60\n")
        self.allow("./cnnrun.lua")
        p = self.begin("./cnnrun.lua", "--", "true")
        kit.wait_for(self.masters, 20, "the login")
        time.sleep(1)
        p.kill()
        kit.wait_for(lambda: not self.masters(), 20, "its end")
        self.profile()
        self.assertEqual(self.run_cnnrun("./cnnrun.lua", "--", "true").code, 0)  # any start sweeps its files

    def test_master(self):
        """a login that is killed ends the run in words; the janitor logs in again, alone"""
        p, name = self.running()
        for pid in self.masters():
            os.kill(pid, signal.SIGKILL)
        self.assertEqual(p.wait(60), 125)
        self.assertRegex(p.stderr.read(), r"^cnnrun: error: .*lost the (connection to the )?container engine")
        kit.wait_for(lambda: name not in kit.engine.containers(), 30, "its removal")

    def test_unplugged(self):
        """a machine that goes away ends the run in words; once it is back, nothing is left there"""
        p, name = self.running()
        self.unplug()
        self.assertEqual(p.wait(60), 125)
        self.assertRegex(p.stderr.read(), r"^cnnrun: error: .*lost the (connection to the )?container engine")
        time.sleep(3)
        self.assertIn(name, kit.engine.containers())
        self.plug()
        kit.wait_for(lambda: name not in kit.engine.containers(), 60, "its removal")

    def test_detached(self):
        """nor of a detached one, which meanwhile goes on"""
        r = self.on("./cnnrun.lua", "--detach", "--", "sleep", "6")
        name = r.out.strip()
        self.unplug()
        time.sleep(1)
        self.assertEqual(kit.engine.containers()[name]["State"], "running")
        self.plug()
        kit.wait_for(lambda: name not in kit.engine.containers(), 60, "its removal")


class Words(far_kit.Far):
    def says(self, words, *args, code=125, **more):
        r = self.on(*args, **more)
        self.assertEqual(r.code, code, r.out + r.err)
        self.assertRegex(r.err, r"\Acnnrun: error: [^\n]*\n\Z")
        self.assertRegex(r.err, words)

    def test_ways(self):
        """each thing that stands in the way is named, with what to do"""
        self.says("there is no host nowhere.invalid; is it spelt right", "ps", where="ssh://nowhere.invalid")
        self.says("ssh://stranger does not let this user in, and there is no terminal for a question; "
                  "mend it until this works: ssh stranger true", "ps", where="ssh://stranger")
        self.says("there is no container engine at ssh://box/no/such.sock; start it over there, or say "
                  "where its socket is: ssh://box/path/to/docker.sock", "ps", where="ssh://box/no/such.sock")
        self.says("--on names no engine; leave it out", "ps", where="", code=2)
        empty = self.project + "/empty"
        os.mkdir(empty)
        self.says("needs the program ssh; install it: apt-get install openssh-client", "ps", env={"PATH": empty})
        self.says('there is no docker context and no connection of Podman.s called "nosuch"', "ps", where="nosuch")

    def test_key(self):
        """a host key that is not known, or another one, is never taken"""
        try:
            self.file("known", "")
            self.says("the host key of ssh://box is not known; look at it once: ssh box true", "ps")
            self.know("host-renewed")
            self.says("ssh://box shows another host key than the one that is known: somebody may be in between", "ps")
        finally:
            self.know("host")

    def test_dead(self):
        """a socket there at which nobody listens"""
        with kit.contextlib.closing(far_kit.socket.socket(far_kit.socket.AF_UNIX)) as s:
            s.bind(self.project + "/dead.sock")
        self.says("before it answered; does an engine run there", "ps",
                  where="ssh://box%s/dead.sock" % self.project)

    def test_refused(self):
        """what rests on this machine is refused, with the cure, before anything is built or asked"""
        for call, words in (
                ('c:mount(".", "/w")', "carry it over and back: { carry = true }"),
                ('c:home "home"', "carry it over and back"),
                ('c:xhost "user"', "the X display's list of users"), ("c:wayland()", "the Wayland compositor"), ("c:audio()", "sound is"),
                ("c:dbus()", "the session bus"), ("c:ssh_agent()", "the SSH agent"),
                ('c:device "/dev/null"', "device /dev/null: what is there is this machine's"),
                ('c:gpus { count = 1, pick = "free" }', "which GPUs are free"),
                ('c:network { allow = { "example.com" } }', "the filter of a list of hosts")):
            self.profile(call)
            r = self.on("./cnnrun.lua", "--", "true")
            self.assertEqual(r.code, 125, call)
            self.assertRegex(r.err, r"\Acnnrun: error: cnnrun.lua:6: [^\n]*\n\Z", call)
            self.assertIn(words, r.err)
            self.assertIn("ssh://box", r.err)

    def test_without(self):
        """what may be missing is"""
        self.profile("c:display { optional = true }", "c:audio { optional = true }", 'c:user { uid = 12, gid = 12 }',
                     'c:device("/dev/null", { optional = true })', "c:gpus { optional = true }")
        self.allow("./cnnrun.lua")
        r = self.on("./cnnrun.lua", "--", "true")
        self.assertEqual((r.code, r.err), (0, ""))

    def test_plan(self):
        """plan says where it would run and where each mount lies"""
        self.profile('c:mount(".", "/w")', 'c:volume("far-volume", "/v")', 'c:tmpfs "/t"')
        r = self.on("plan", "./cnnrun.lua")
        self.assertEqual(r.code, 0, r.err)
        self.assertRegex(r.out, r"(?m)^engine +ssh://box, another machine's$")
        self.assertRegex(r.out, r"(?m) -> /w  here, which is refused: say \{ carry = true \}$")
        self.assertRegex(r.out, r"(?m) -> /v  volume  there$")


if __name__ == "__main__":
    import unittest
    unittest.main()
