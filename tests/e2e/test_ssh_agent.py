# SPDX-License-Identifier: MIT
"""The user's SSH agent in the container."""
import os
import socket
import threading

import kit

CALL = """
import os, socket
s = socket.socket(socket.AF_UNIX)
s.connect(os.environ["SSH_AUTH_SOCK"])
print(s.recv(9).decode())
"""


class SshAgent(kit.Case):
    uid = kit.USER

    def setUp(self):
        super().setUp()
        self.where = os.path.join(kit.environment(self.uid)["XDG_RUNTIME_DIR"], "agent")
        self.link = os.path.join(self.project, "agent")
        os.symlink(self.where, self.link)
        self.agent = socket.socket(socket.AF_UNIX)
        self.agent.bind(self.where)
        os.chown(self.where, self.uid, self.uid)
        self.agent.listen()
        self.before = kit.traces()
        self.addCleanup(os.unlink, self.where)
        self.addCleanup(self.agent.close)

    def test_reached(self):
        """the agent answers at SSH_AUTH_SOCK, also behind a link, and needs a grant"""
        self.profile("c:ssh_agent()", *('c:mount("%s", "%s", { readonly = true })' % (d, d)
                                        for d in ("/usr", "/lib", "/lib64")))

        def answer():
            caller = self.agent.accept()[0]
            caller.sendall(b"keys\n")
            caller.close()

        threading.Thread(target=answer, daemon=True).start()
        env = {"SSH_AUTH_SOCK": self.link}
        words = ("./cnnrun.lua", "--", "sh", "-c", "echo $SSH_AUTH_SOCK; /usr/bin/python3 -c '%s'" % CALL)
        r = self.run_cnnrun(*words, env=env, granted=False)
        self.assertIn("log in as you with the keys of your SSH agent", r.err)
        r = self.run_cnnrun(*words, env=env)
        self.assertEqual(r.code, 0, r.err)
        self.assertEqual(r.out, "/run/user/%d/ssh-agent\nkeys\n\n" % self.uid)

    def test_none(self):
        """without an agent it is an error, or goes without"""
        self.profile("c:ssh_agent()")
        for value in None, "", "/nosuch", "agent", "/dev/null":
            r = self.run_cnnrun("./cnnrun.lua", "--", "true", env={"SSH_AUTH_SOCK": value})
            self.assertEqual(r.code, 125)
            self.assertIn("this session has no SSH agent; say optional = true", r.err)
        self.profile("c:ssh_agent { optional = true }")
        self.shell('test -z "$SSH_AUTH_SOCK"')
