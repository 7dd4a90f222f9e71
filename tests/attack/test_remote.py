# SPDX-License-Identifier: MIT
"""Attempts by way of engines on other machines: addresses that are more than one, machines that are not what
they say, what is granted elsewhere, what lies between this machine and that. The code before knew no other
machines; so all of it was held there."""
import os
import socket
import subprocess
import sys

import attack
import kit

sys.path.insert(0, os.path.join(kit.TOP, "tests/e2e"))
import far_kit  # noqa: E402


class Addresses(attack.Attack):
    """Nothing that a variable or a context says is taken for an option or a command of ssh."""

    def setUp(self):
        super().setUp()
        self.profile('c:user { uid = 12, gid = 12 }')
        self.mark = os.path.join(self.project, "mark")

    def test_options(self):
        """an address whose host, user or port is an option of ssh, or a command"""
        for where in ("ssh://-oProxyCommand=touch%%20%s", "ssh://-oProxyCommand=touch${IFS}%s", "ssh://x@-oProxyCommand=%s",
                      "ssh://-oProxyCommand=%s@x", "ssh://x:-oProxyCommand=%s", "ssh://$(touch %s)", "ssh://`touch %s`",
                      "ssh://x/$(touch %s).sock", "ssh://x/';touch %s;'.sock", "ssh://x;touch %s", "ssh://x\ntouch %s",
                      "ssh://x\x1b]0;%s\x07", "tcp://x;touch %s", "tcp://me:secret@x/%s"):
            where = where % self.mark
            for env, words in (({"DOCKER_HOST": where}, ()), ({"CONTAINER_HOST": where, "DOCKER_HOST": None}, ()),
                               ({}, ("--on", where)), ({}, ("--host", where))):
                r = self.attempt(*words, "ps", env=env)
                self.assertEqual(r.code, 125)
                self.assertRegex(r.err, r"\Acnnrun: error: [^\n\x1b]*\n\Z")
                self.assertNotIn("secret", r.err)
                self.assertFalse(os.path.exists(self.mark), where)

    def test_context_of_the_project(self):
        """a context and a connection that the repository brings"""
        self.write(".docker/config.json", '{"currentContext":"theirs"}')
        self.write(".docker/contexts/meta/x/meta.json",
                   '{"Name":"theirs","Endpoints":{"docker":{"Host":"tcp://127.0.0.1:1"}}}')
        self.write(".config/containers/containers.conf",
                   '[engine.service_destinations.theirs]\nuri = "tcp://127.0.0.1:1"\n')
        r = self.attempt("ps")
        self.assertEqual(r.code, 0, r.err)
        self.assertHeld(self.attempt("--on", "theirs", "ps"), "there is no docker context")

    def test_chosen_by_profile(self):
        """a profile that would choose the engine, for which it was granted more"""
        self.profile("c:host('ssh://box')", 'c:command { "true" }')
        self.assertHeld(self.attempt("./cnnrun.lua"))
        self.profile('c:command { "true" }', options='on = { default = "ssh://box" }')
        self.assertHeld(self.attempt("./cnnrun.lua"), "on")
        self.profile('c:env { DOCKER_HOST = "tcp://127.0.0.1:1" }', 'c:command { "true" }', 'c:user { uid = 12, gid = 12 }')
        r = self.run_cnnrun("./cnnrun.lua")
        self.assertEqual(r.code, 0, r.err)

    def test_named_context(self):
        """a name that leads out of the directory of contexts"""
        for name in "../../../../etc/passwd", "..", "a/b", "":
            r = self.attempt("--context", name, "ps")
            self.assertNotIn("root:", r.err)
            self.assertRegex(r.err or "cnnrun: \n", r"\Acnnrun: [^\n]*\n\Z")

    def test_skips_verify(self):
        """a context that takes whatever certificate answers"""
        config = os.path.join(self.project, "config")
        meta = os.path.join(config, "contexts/meta",
                            "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed")  # "one"
        os.makedirs(meta)
        with open(meta + "/meta.json", "w") as f:
            f.write('{"Name":"one","Endpoints":{"docker":{"Host":"tcp://127.0.0.1:1","SkipTLSVerify":true}}}')
        r = self.attempt("--on", "one", "ps", env={"DOCKER_CONFIG": config, "DOCKER_HOST": None})
        self.assertHeld(r, "anybody could answer in its place")


class Machines(far_kit.Far):
    """The machine at the other end is an enemy's, or somebody is in between."""

    def answers(self, command):
        """All that is run there is this."""
        self.unplug()
        self.file("sshd", far_kit.SSHD % self.names + "ForceCommand %s\n" % command)
        self.plug()
        self.addCleanup(self.restore)

    def restore(self):
        self.unplug()
        self.file("sshd", far_kit.SSHD % self.names)
        self.plug()

    def assertWords(self, *words):
        r = self.on("ps")
        self.assertEqual(r.code, 125)
        self.assertRegex(r.err, r"\Acnnrun: error: [^\n\x1b]*\n\Z")
        for word in words:
            self.assertIn(word, r.err)

    def test_rubbish(self):
        """what it says of its engine is an option, several words, a place of this machine, or nothing"""
        for said in ("", "rubbish", "cnnrun-engine:", "cnnrun-engine: relative", "cnnrun-engine: /a:/etc/passwd",
                     "cnnrun-engine: /a b", "cnnrun-engine: /../..", "cnnrun-engine: -oProxyCommand=x",
                     r"cnnrun-engine: not /x\033]0;title\007", r"cnnrun-engine: /x\0/y\0"):
            self.answers("printf '%s\\n'" % said)
            self.assertWords("ssh://box" if said in ("", "rubbish") else "")

    def test_endless(self):
        """it never stops to talk"""
        self.answers("yes")
        self.assertWords("ssh does not stop to talk")

    def test_other_key(self):
        """another machine answers at its address: it learns nothing, and no command runs"""
        ran = os.path.join(self.project, "ran")
        self.answers("touch %s" % ran)
        self.know("host-renewed")
        try:
            self.assertWords("another host key", "ssh-keygen -R box")
        finally:
            self.know("host")
        self.assertFalse(os.path.exists(ran))

    def test_unknown_key(self):
        """one that this user never saw, whatever its configuration here takes unseen"""
        self.file("known", "")
        try:
            self.assertWords("the host key of ssh://box is not known")
            with open(os.path.join(self.far, "known")) as f:
                self.assertEqual(f.read(), "")
        finally:
            self.know("host")

    def test_forwards(self):
        """agent, display and forwards of the user's configuration do not go over"""
        agent = os.path.join(self.project, "agent")
        with socket.socket(socket.AF_UNIX) as s:
            s.bind(agent)
            config = far_kit.CONFIG % self.names
            self.file("config", config.replace("User root", "User root\n  ForwardAgent yes\n  ForwardX11 yes\n"
                                               "  RemoteForward %s/back 127.0.0.1:1\n  LocalCommand touch %s/ran\n"
                                               "  PermitLocalCommand yes" % (self.project, self.project)))
            try:
                self.answers("sh -c 'env >%s/env; exec sh'" % self.project)
                r = self.on("ps", env={"SSH_AUTH_SOCK": agent})
                self.assertEqual(r.code, 0, r.err)
            finally:
                self.file("config", config)
        with open(self.project + "/env") as f:
            env = f.read()
        self.assertNotIn("SSH_AUTH_SOCK", env)
        self.assertNotIn("DISPLAY", env)
        self.assertFalse(os.path.exists(self.project + "/back"))
        self.assertFalse(os.path.exists(self.project + "/ran"))

    def test_sockets(self):
        """another user of this machine uses the login, or the engine's socket that leads there"""
        self.profile('c:user { uid = 12, gid = 12 }')
        p = self.begin("./cnnrun.lua", "--", "sleep", "100")
        self.new_container()
        found = []
        for where, _, files in os.walk(os.environ["XDG_RUNTIME_DIR"] + "/cnnrun"):
            found += [os.path.join(where, f) for f in files if where.endswith(".ssh") and f in "cs"]
        self.assertEqual(len(found), 2, found)
        script = "import socket,sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
        for path in found:
            os.chmod(os.environ["XDG_RUNTIME_DIR"], 0o711)  # whatever lies above
            r = subprocess.run(["setpriv", "--reuid", "1000", "--regid", "1000", "--clear-groups", "python3", "-c",
                                script, path], stderr=subprocess.PIPE, check=False, text=True)
            self.assertIn("PermissionError", r.stderr)
        os.chmod(os.environ["XDG_RUNTIME_DIR"], 0o700)
        p.terminate()
        p.wait(30)

    def test_grant_of_here(self):
        """what was granted for this machine's engine is used on another, or the other way"""
        self.profile('c:user { uid = 0 }')
        kit.allow("./cnnrun.lua", cwd=self.project)
        r = self.on("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 125)
        self.assertIn("not allowed on ssh://box to be root", r.err)
        self.allow("./cnnrun.lua", where="ssh://box/x.sock")
        self.assertEqual(self.on("./cnnrun.lua", "--", "true").code, 125)


if __name__ == "__main__":
    import unittest
    unittest.main()
