# SPDX-License-Identifier: MIT
"""A node that has no engine, but Apptainer: that of Debian's unstable release, from a root of it."""
import contextlib
import os
import subprocess

import kit
import lab_kit

PACKAGES = ("apptainer", "ca-certificates")
# The release is the root of that program alone, which runs as who calls it.
WRAPPER = """#!/bin/sh
echo "$@" >>/tmp/words
exec unshare --user --map-current-user --keep-caps --mount sh -ec '
	at=$PWD
	mount --rbind /mnt /mnt; cd /mnt
	for d in dev proc sys tmp; do mount --rbind /$d $d; done
	pivot_root . .; umount -l .; cd "$at"
	exec setpriv --inh-caps=-all --ambient-caps=-all /usr/bin/apptainer "$@"' sh "$@"
"""
CALL = 'c:image "busybox":user "host":network "none"'


class Apptainer(lab_kit.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        made = subprocess.run((kit.TOP + "/tests/engines/root.sh", "sid", "apptainer") + PACKAGES, stdout=subprocess.PIPE,
                              text=True, check=True).stdout.strip()
        cls.lab.said("scontrol", "update", "NodeName=n2", "State=DRAIN", "Reason=test")
        host = cls.lab.hosts[1]
        os.chmod(host.root("/run/docker.sock"), 0o600)
        wrapper = os.path.join(cls.lab.top, "apptainer")
        with open(os.open(wrapper, os.O_WRONLY | os.O_CREAT, 0o755), "w") as f:
            f.write(WRAPPER)
        kit.tool(*host.at(), "sh", "-ec", """
            mount --bind "$0" /mnt
            for f in hosts passwd group resolv.conf; do [ -e /mnt/etc/$f ] || : >/mnt/etc/$f; mount --bind /etc/$f /mnt/etc/$f; done
            [ -e /mnt/etc/localtime ] || ln -sf /usr/share/zoneinfo/UTC /mnt/etc/localtime
            touch /usr/local/bin/apptainer; mount --bind "$1" /usr/local/bin/apptainer
            mount --bind /dev/null "$(command -v podman)" """, made, wrapper)

    def ran(self, call, script, *options, **env):
        job = self.job(CALL + call, script, "--image-tar", *options, **env)
        self.lab.ended(job)
        return self.read("log")

    def status(self, call, script, *options, **env):
        self.said = self.ran(call, script, *options, **env)
        return self.exit()["status"]

    def place(self, name):
        """What lies in the user's directory of the node."""
        path = self.lab.hosts[1].root("/tmp/cnnrun-%d/apptainer.%s" % (self.uid, name))
        return os.listdir(path) if os.path.isdir(path) else []

    def assertEnded(self):
        """No process goes on; what one that was killed has left goes with a clean."""
        def at_work():
            r = subprocess.run(self.lab.hosts[1].at() + ("pgrep", "-fx", "sleep 600"), stdout=subprocess.PIPE, check=False)
            return r.stdout
        kit.wait_for(lambda: not at_work(), 30, "the end of all")
        kit.wait_for(lambda: not self.place("run"), 30, "the clean-up")

    def test_runs(self):
        """As the user, in the directory, with the variables as they are; its status is the job's."""
        value = 'a "b" $HOME `id`\\n\n\'c'
        self.assertEqual(self.status(':env "GREETING"',
                                     'id -u; pwd; echo "$RANK,$WORLD_SIZE"; printf %s "$GREETING" >value; touch made /tmp/x /below-root; exit 9',
                                     GREETING=value), 9, self.said)
        for line in str(self.uid), "/w", "0,1":
            self.assertIn("\n%s\n" % line, self.said)
        self.assertEqual(os.stat(self.project + "/made").st_uid, self.uid)
        with open(self.project + "/value") as f:
            self.assertEqual(f.read(), value)
        self.assertEnded()

    def test_status(self):
        """A program that is not there is 127, and is named."""
        self.assertEqual(self.status(':command { "nothing" }:entrypoint { "nothing" }', ""), 127, self.said)
        self.assertIn("has no program nothing", self.said)
        self.assertEqual(self.status("", "kill -9 $$"), 137, self.said)

    def test_bounds(self):
        """No more than was granted: mounts that are read alone, no network, no rights, nothing of the host's."""
        self.status(':mount("ro", "/ro", { readonly = true, create = true })',
                    "touch /ro/x; ip -o link | grep -vc lo:; grep -E 'CapEff|CapBnd|NoNewPrivs' /proc/self/status;"
                    "env | grep -c -e SLURM_CONF -e APPTAINER; ls /tmp /home; ps | grep -c slurm")
        self.assertIn("touch: /ro/x: Read-only file system", self.said)
        for line in "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1":
            self.assertIn(line + "\n", self.said)
        self.assertFalse(os.path.exists(self.project + "/ro/x"))
        self.assertNotIn("cnnrun-", self.said.split("NoNewPrivs")[1])

    def test_secret(self):
        """The values of variables are on no command line. That it cannot be entered is said."""
        job = self.job(CALL + ':env "TOKEN"', "touch made; sleep 600", "--image-tar", TOKEN="hush-hush")
        self.made("made", 60)
        self.assertEqual([p for p in filter(str.isdigit, os.listdir("/proc")) if "hush-hush" in words_of(p)], [])
        with open(self.lab.hosts[1].root("/tmp/words")) as f:  # they are replaced once it runs
            words = f.read()
        self.assertIn(" exec ", words)
        self.assertNotIn("hush-hush", words)
        r = self.on(0, "exec", job, "true")
        self.assertNotEqual(r.code, 0)
        self.assertIn("a task that Apptainer runs cannot be entered", r.out + r.err)
        self.lab.said("scancel", job)
        self.lab.ended(job)
        self.assertEnded()

    def test_once(self):
        """The image is unpacked once, stays for the next job, and goes with a clean."""
        self.on(1, "clean")
        self.status("", "true")
        self.assertIn("unpacking the image", self.said)
        self.assertEqual(self.status("", "true"), 0)
        self.assertNotIn("unpacking the image", self.said)
        r = self.on(1, "clean", "--dry-run")
        self.assertIn("would remove files of Apptainer", r.out, r.err)
        r = self.on(1, "clean")
        self.assertEqual(r.code, 0, r.err)
        self.assertEqual(self.place("images"), [])

    def test_refused(self):
        """What it cannot do is said, and nothing runs."""
        for call, what in ((":port(8080)", "no ports"), (':tmpfs "/t"', "no tmpfs mounts"), (':capability "SYS_PTRACE"', "no capabilities"),
                           (':network "bridge"', 'c:network "none"'), (':user "0:0"', 'c:user "host"'), (':volume("data", "/v")', "no volumes")):
            with self.subTest(call):
                self.assertEqual(self.status(call, "touch ran"), 125, self.said)
                self.assertIn(what, self.said)
                self.assertFalse(os.path.exists(self.project + "/ran"))

    def test_checkpoint(self):
        """The signal reaches the program, whose status has the job queued again."""
        job = self.job(CALL + ':time "10m":retries(1):checkpoint { signal = "USR1", before = "60s" }',
                       "trap 'exit 75' USR1; touch made.$SLURM_RESTART_COUNT; [ $SLURM_RESTART_COUNT = 0 ] || exit 0; while :; do sleep 0.1; done",
                       "--image-tar")
        self.made("made.0", 60)
        # of Slurm all of its processes get it
        kit.tool(*self.lab.hosts[1].at(), "pkill", "-USR1", "-xf", kit.CNNRUN + " node-run .*")
        self.made("made.1", 120)
        self.lab.ended(job)
        self.assertEqual(self.exit()["status"], 0)

    def test_cancelled(self):
        """Cancelled, or its launcher killed, nothing of it goes on."""
        self.ends_by(lambda job: self.lab.said("scancel", job))
        self.ends_by(lambda job: kit.tool(*self.lab.hosts[1].at(), "pkill", "-KILL", "-xf", kit.CNNRUN + " node-run .*"))

    def ends_by(self, end):
        with contextlib.suppress(FileNotFoundError):
            os.remove(self.project + "/made")
        job = self.job(CALL, "touch made; sleep 600", "--image-tar")
        self.made("made", 60)
        end(job)
        self.lab.ended(job)
        self.assertEnded()


def words_of(pid):
    with contextlib.suppress(OSError), open("/proc/%s/cmdline" % pid, errors="replace") as f:
        return f.read()
    return ""
