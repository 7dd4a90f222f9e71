# SPDX-License-Identifier: MIT
"""The shipped sandbox: the project alone, what was named, limits, and what has changed."""
import os
import re

import kit

CHANGE = """
echo more >> src/kept; echo x > new; rm gone; printf '#!/bin/sh\n' > run; chmod 755 run; ln -s /etc link
mkdir -p deep/er; printf 'a\033[31mb' > "deep/er/$(printf 'o\033dd')"; touch .git/config 2>/dev/null
cat src/same > /dev/null
"""


class Sandbox(kit.Case):
    uid = kit.USER

    def setUp(self):
        super().setUp()
        self.write(".git/HEAD", "ref: refs/heads/main\n")
        self.write("src/kept", "one\n")
        self.write("src/same", "two\n")
        self.write("gone", "12345")

    def sandbox(self, script, *words, **more):
        more.setdefault("granted", False)
        return self.run_cnnrun("sandbox", "--image", "busybox", *words, "--", "sh", "-c", script, **more)

    def test_free(self):
        """It came with cnnrun: what it asks for needs no grant, and reaches nothing."""
        r = self.sandbox("env; ls -A / $HOME; id -u; cat /proc/net/route; touch /x; nslookup a.org 127.0.0.53",
                         env={"MY_TOKEN": "hidden"})
        self.assertNotIn("hidden", r.out)
        self.assertIn("\n%d\n" % self.uid, r.out)
        self.assertIn("Read-only file system", r.err)
        self.assertIn("0 files changed while it ran", r.err)

    def test_variables(self):
        """A variable that was named, and no other."""
        r = self.sandbox("echo $MY_TOKEN $OTHER", "--vars", "MY_TOKEN", env={"MY_TOKEN": "given", "OTHER": "not"})
        self.assertEqual(r.out, "given\n", r.err)

    def test_changes(self):
        """What has changed: names and sizes, whatever the names are."""
        r = self.sandbox(CHANGE)
        for line in (" src/kept | 4 -> 9 bytes", " new | 0 -> 2 bytes (new)", " gone | 5 -> 0 bytes (gone)",
                     " run | 0 -> 10 bytes (new, a program)", " link | 0 -> 4 bytes (a link)"):
            self.assertIn("cnnrun: %s\n" % line, r.err)
        self.assertIn("6 files changed while it ran", r.err)
        self.assertNotIn("\033", r.err)
        self.assertNotIn("same", r.err)
        self.assertFalse(os.path.exists(os.path.join(self.project, ".git/config")))

    def test_hidden_changes(self):
        """Times that are set back, the same size, a directory that may not be read."""
        r = self.sandbox("printf 'ONE\n' > src/kept; touch -d '2001-01-01 00:00' src/kept; mkdir shut; "
                         "chmod 0 shut; i=0; d=.; while [ $i -lt 80 ]; do d=$d/d; i=$((i+1)); done; mkdir -p $d")
        self.assertIn(" src/kept | 4 -> 4 bytes\n", r.err)
        self.assertIn("could be looked at", r.err)
        os.chmod(os.path.join(self.project, "shut"), 0o700)

    def test_many_changes(self):
        """A flood of files is counted."""
        r = self.sandbox("for i in $(seq 300); do : > f$i; done")
        self.assertIn("300 files changed while it ran; not all are shown", r.err)
        self.assertLess(len(r.err.splitlines()), 45)

    def test_time(self):
        """The limit of time ends all, whatever listens to no signal."""
        r = self.sandbox("trap '' TERM INT HUP; kill -STOP 1; kill -KILL 1; (trap '' TERM; sleep 1000) & sleep 1000",
                         "--time", "2s")
        self.assertEqual(r.code, 124, r.err)
        self.assertIn("its time of 2 s is over", r.err)

    def test_hosts(self):
        """Hosts are named by the user, and listed."""
        r = self.run_cnnrun("plan", "sandbox", "--hosts", "a.org,*.b.org:443", granted=False)
        self.assertEqual(re.findall(r"^  - (.*)$", r.out, re.M), ["reach a.org", 'reach "*.b.org:443"'], r.err)
        r = self.sandbox("nslookup c.org 127.0.0.53; wget -O- http://c.org/; wget -O- http://a.org/", "--hosts", "a.org")
        self.assertIn("c.org was looked up and is not on the list", r.err)
        self.assertIn("c.org:80 is not on the list", r.err, r.out)
        self.assertIn("502 Bad Gateway", r.err)  # it is listed, and not there

    def test_processes(self):
        """Neither more processes than said, nor more memory."""
        r = self.sandbox("cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max 2>/dev/null", "--processes", "77")
        self.assertEqual(r.out, "77\n", r.err)
