# SPDX-License-Identifier: MIT
"""A user who has repositories and runs git in them, and a container that would like git to
run something."""
import os
import subprocess

import attack
import kit

# In the container: makes $1 a repository of its own, whatever was there; $PROOF is a path
# of the host, which only what runs there can write.
EVIL = r"""
proof() { printf '[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tfsmonitor = "touch %s;:"\n' "$PROOF"; }
hook() { mkdir -p "$1"; for h in pre-commit post-checkout post-index-change reference-transaction; do
    printf '#!/bin/sh\ntouch %s\n' "$PROOF" > "$1/$h"; chmod 755 "$1/$h"; done; }
evil() {
    mkdir -p "$1" && cd "$1" || return
    rm -rf .git; mv .git moved
    mkdir -p .git/objects .git/refs/heads && echo 'ref: refs/heads/main' > .git/HEAD
    proof > .git/config; hook .git/hooks
    cd "$OLDPWD"
}
"""


class Repository(attack.Attack):
    def setUp(self):
        super().setUp()
        home = kit.environment(self.uid)["HOME"]
        self.proof = os.path.join(home, "proof")
        if os.path.exists(self.proof):
            os.unlink(self.proof)
        self.git("config", "--global", "user.email", "user@example.org")
        self.git("config", "--global", "user.name", "user")
        self.git("config", "--global", "protocol.file.allow", "always")
        self.git("init", "-q", "-b", "main")
        self.write("readme", "hello\n")
        self.git("add", "readme")
        self.git("commit", "-qm", "first")

    def git(self, *words, cwd="", check=True):
        """As the user runs it on the host, in the project or below."""
        r = subprocess.run(
            ["setpriv", "--reuid", str(self.uid), "--regid", str(self.uid), "--clear-groups", "git"]
            + list(words), cwd=os.path.join(self.project, cwd), env=kit.environment(self.uid),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
        if check:
            self.assertEqual(r.returncode, 0, r.stdout)
        return r.stdout

    def lay(self, script, *calls, granted=False):
        """A container of the project's profile runs the script."""
        self.profile(*(calls or ('c:mount(".", "/work")',)))
        return self.attempt("./cnnrun.lua", "-e", "PROOF=" + self.proof, "--", "sh", "-c",
                            EVIL + "cd /work\n" + script + "\nexit 0", granted=granted)

    def assertQuiet(self, *where):
        """What a user types without a thought, there, runs nothing."""
        for cwd in where or ("",):
            for words in (("status",), ("diff",), ("add", "."), ("commit", "-qam", "more"), ("log", "-1"),
                          ("checkout", "-q", "-b", "other"), ("branch", "-f", "mark"), ("stash",)):
                self.git(*words, cwd=cwd, check=False)
                self.assertFalse(os.path.exists(self.proof), "git %s ran it" % words[0])

    def submodule(self, path, digest="sha1"):
        """A submodule there."""
        origin = os.path.join(self.project, ".git", "origin")
        if not os.path.exists(origin):
            self.git("init", "-q", "-b", "main", "--object-format=" + digest, origin)
            self.git("commit", "-q", "--allow-empty", "-m", "first", cwd=origin)
        self.git("submodule", "--quiet", "add", origin, path)
        self.git("commit", "-qm", path)
