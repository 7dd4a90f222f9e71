# SPDX-License-Identifier: MIT
"""Running a container to its end: exit status, streams, environment, confinement."""
import hashlib
import os
import signal
import subprocess
import time
import unittest

import kit


class ExitStatus(kit.Case):
    def status(self, *command, **more):
        return self.run_cnnrun("./cnnrun.lua", "--", *command, **more)

    def test_own(self):
        """the container's own status is cnnrun's"""
        self.profile()
        for code in 0, 1, 7, 255:
            self.assertEqual(self.status("sh", "-c", "exit %d" % code).code, code)

    def test_signal(self):
        """a program killed by a signal ends as 128 + signal"""
        self.profile("c:init(false)")
        r = self.status("sh", "-c", "sleep 1000 & kill -KILL $!; wait $!")
        self.assertEqual(r.code, 137)

    def test_no_such_program(self):
        """127 names the missing program"""
        self.profile()
        r = self.status("nosuch")
        self.assertEqual(r.code, 127)
        self.assertIn("error: the image busybox has no program nosuch; is it spelt right", r.err)
        self.assertEqual(self.status("sh", "-c", "nosuch").err.count("has no program"), 0)
        self.assertLessEqual(len(r.err.splitlines()), 3)

    def test_not_executable(self):
        """126 for a file that cannot be executed"""
        self.profile(image="debian:bookworm-slim")
        r = self.status("/etc/passwd")
        self.assertEqual(r.code, 126, r.err)
        self.assertIn("error: /etc/passwd of the image", r.err)

    def test_no_engine(self):
        """125 and a cure when no engine answers"""
        self.profile()
        r = self.status("true", env={"DOCKER_HOST": "unix:///nonexistent/d.sock"})
        self.assertEqual(r.code, 125)
        self.assertIn("/nonexistent/d.sock", r.err)

    def test_remote_engine(self):
        """a remote engine is refused with a clear line, not tried"""
        self.profile()
        r = self.status("true", env={"DOCKER_HOST": "tcp://127.0.0.1:1"})
        self.assertEqual(r.code, 125)
        self.assertIn("tcp", r.err)

    def test_no_image(self):
        """125 and the image's name when it is not there"""
        self.profile("c:image('nosuchimage:7', { pull = 'never' })", image=None)
        r = self.status("true")
        self.assertEqual(r.code, 125)
        self.assertIn("nosuchimage:7", r.err)

    def test_usage(self):
        """2 for wrong usage"""
        self.profile()
        for words in ("./cnnrun.lua", "--nosuchoption"), ("plan", "--jsonn"), ("nosuchcommand",):
            r = self.run_cnnrun(*words)
            self.assertEqual(r.code, 2, (words, r.err))

    def test_name_taken(self):
        """125 when the container's name is taken; the other one stays"""
        self.profile("c:name 'kit-taken'")
        first = self.start_cnnrun("./cnnrun.lua", "--", "sleep", "1000")
        self.new_container()
        r = self.status("true")
        self.assertEqual(r.code, 125)
        self.assertIn("kit-taken", r.err)
        self.assertIsNone(first.poll())
        self.assertIn("kit-taken", kit.engine.containers())
        first.terminate()
        first.wait(30)


class ShippedProfile(kit.Case):
    demo = True

    def test_shell_profile(self):
        """the shell profile: a script on stdin, and a program that is not there"""
        r = kit.cnnrun("profiles/shell.lua", "--", "sh", input="exit 7\n")
        self.assertEqual(r.code, 7, r.err)
        self.assertEqual(kit.cnnrun("profiles/shell.lua", "--", "nosuch").code, 127)

    def test_train_profile(self):
        """the train profile hands what follows -- to the trainer"""
        r = kit.cnnrun("profiles/train.lua", "-d", "none", "--", "--help")
        self.assertEqual(r.code, 0, r.err)
        self.assertIn("--num_epochs", r.out + r.err)


class Streams(kit.Case):
    def test_apart(self):
        """stdout and stderr stay apart"""
        self.profile()
        r = self.run_cnnrun("./cnnrun.lua", "--", "sh", "-c", "echo out; echo err >&2")
        self.assertEqual((r.out, r.code), ("out\n", 0))
        self.assertIn("err\n", r.err)

    def test_all_bytes_both_ways(self):
        """8 MB of random bytes through cat, none lost or changed"""
        self.profile()
        data = os.urandom(8 << 20)
        r = self.run_cnnrun("./cnnrun.lua", "--", "cat", input=data, text=False)
        self.assertEqual(r.code, 0, r.err)
        self.assertEqual(hashlib.sha256(r.out).digest(), hashlib.sha256(data).digest())

    def test_empty_stdin(self):
        """an empty stdin ends the program that reads it"""
        self.profile()
        r = self.run_cnnrun("./cnnrun.lua", "--", "wc", "-c", stdin=subprocess.DEVNULL, input=None)
        self.assertEqual((r.code, r.out.strip()), (0, "0"))

    def test_reader_gone(self):
        """a reader that leaves ends the launch, as in: cnnrun … | head -n 1"""
        self.profile()
        p = self.start_cnnrun("./cnnrun.lua", "--", "yes", stderr=subprocess.DEVNULL)
        self.assertEqual(p.stdout.readline(), "y\n")
        p.stdout.close()
        p.wait(30)

    def test_reader_stalled(self):
        """a reader that stopped reading does not keep TERM or two INT from ending it"""
        self.profile()
        for numbers in (signal.SIGTERM,), (signal.SIGINT, signal.SIGINT):
            p = self.start_cnnrun("./cnnrun.lua", "--", "yes", stdin=subprocess.DEVNULL)
            self.new_container()
            time.sleep(1)  # the pipes and buffers on the way fill
            for number in numbers:
                p.send_signal(number)
                time.sleep(0.5)
            self.assertEqual(p.wait(30), 128 + numbers[0])

    def test_reader_slow(self):
        """a slow reader gets all of it, long after the container's end"""
        self.profile()
        p = self.start_cnnrun("./cnnrun.lua", "--", "seq", "60000", text=False)
        n = 0
        while True:
            data = os.read(p.stdout.fileno(), 65536)
            if not data:
                break
            n += len(data)
            if n > 65536:
                time.sleep(2.5)
        self.assertEqual((n, p.wait(30)), (348894, 0))

    def test_closed(self):
        """standard streams that are closed"""
        self.profile()
        kit.grant("./cnnrun.lua", cwd=self.project)
        for closed, expected in (("<&-", "out\n"), (">&-", ""), ("2>&-", "out\n"),
                                 ("<&- >&- 2>&-", "")):
            r = subprocess.run(["sh", "-c", '"$@" ' + closed, "sh", kit.CNNRUN, "./cnnrun.lua", "--",
                                "sh", "-c", "cat; echo err >&2; echo out"],
                               cwd=self.project, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               env=kit.environment(), text=True, timeout=60)
            self.assertEqual((r.returncode, r.stdout), (0, expected), closed)

    def test_output_before_input_ends(self):
        """output comes while stdin is still open"""
        self.profile()
        p = self.start_cnnrun("./cnnrun.lua", "--", "cat")
        p.stdin.write("hello\n")
        p.stdin.flush()
        self.assertEqual(p.stdout.readline(), "hello\n")
        p.stdin.close()
        self.assertEqual(p.wait(30), 0)

    def test_no_tty_on_pipes(self):
        """no terminal is made for pipes"""
        self.profile()
        r = self.run_cnnrun("./cnnrun.lua", "--", "tty")
        self.assertIn("not a tty", r.out)


class Container(kit.Case):
    def inspected(self):
        p = self.start_cnnrun("./cnnrun.lua", "--", "sleep", "1000")
        facts = kit.engine.inspect(self.new_container())
        p.terminate()
        p.wait(30)
        return facts

    def test_as_asked(self):
        """environment, working directory, host name, label, limits as the profile says"""
        self.profile('c:env { GREETING = "a b=c" }', 'c:workdir "/tmp"', 'c:hostname "box"',
                     'c:label("flavour", "plain")', 'c:limit { memory = "64m", cpus = 1.5 }',
                     'c:shm "32m"', 'c:ulimit("nofile", 512)')
        out = self.shell('echo "$GREETING|$(pwd)|$(hostname)|$(ulimit -n)"; df -k /dev/shm | tail -n 1')
        self.assertEqual(out.splitlines()[0], "a b=c|/tmp|box|512")
        self.assertIn("32768", out.splitlines()[1])
        facts = self.inspected()
        self.assertEqual(facts["Config"]["Labels"]["flavour"], "plain")
        self.assertEqual(facts["HostConfig"]["Memory"], 64 << 20)
        self.assertEqual(facts["HostConfig"]["NanoCpus"], 1500000000)

    def test_least_access(self):
        """no capability, no new privileges, no binds, no log kept"""
        self.profile('c:mount(".", "/work")')
        facts = self.inspected()["HostConfig"]
        self.assertEqual(facts["CapDrop"], ["ALL"])
        self.assertIn("no-new-privileges", " ".join(facts["SecurityOpt"]))
        self.assertFalse(facts["Binds"])
        self.assertEqual(facts["LogConfig"]["Type"], "none")
        status = dict(line.split(":\t", 1) for line in
                      self.shell("cat /proc/self/status").splitlines() if ":\t" in line)
        self.assertEqual(int(status["CapEff"], 16), 0)
        self.assertEqual(status["NoNewPrivs"].strip(), "1")

    def test_ports_are_local(self):
        """ports are published on 127.0.0.1 unless said otherwise"""
        self.profile("c:port(8080)")
        bindings = self.inspected()["HostConfig"]["PortBindings"]
        self.assertEqual(list(bindings), ["8080/tcp"])
        self.assertEqual([b["HostIp"] for b in bindings["8080/tcp"]], ["127.0.0.1"])

    def test_keep(self):
        """keep leaves the container, with its log"""
        self.profile("c:keep()", "c:log()", "c:name 'kit-keep'")
        self.shell("echo kept")
        facts = kit.engine.inspect("kit-keep")
        self.assertFalse(facts["State"]["Running"])
        r = self.run_cnnrun("logs", "kit-keep")
        self.assertEqual((r.code, r.out), (0, "kept\n"), r.err)
        kit.engine.remove("kit-keep")

    def test_kept_name(self):
        """the name of a kept container is told to be taken, with the way to free it"""
        self.profile("c:keep()", "c:name 'kit-kept'")
        self.shell("true")
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 125)
        self.assertIn("the name kit-kept is taken, by a container of ", r.err)
        self.assertIn("kit-kept", self.run_cnnrun("clean").out)

    def test_restart(self):
        """a detached container that restarts is removed after its last end"""
        self.profile("c:detach()", "c:restart 'on-failure:2'", "c:name 'kit-restart'")
        r = self.run_cnnrun("./cnnrun.lua", "--", "sh", "-c", "sleep 0.5; exit 3")
        self.assertEqual(r.code, 0, r.err)
        kit.wait_for(lambda: kit.engine.inspect("kit-restart")["RestartCount"] > 0)
        self.assertNothingLeft(40)

    def test_home_is_made(self):
        """a missing home is made by the run and not by the plan"""
        self.profile('c:user "host"', 'c:home "new/home"')
        self.assertEqual(self.run_cnnrun("plan").code, 0)
        self.assertFalse(os.path.exists(os.path.join(self.project, "new")))
        self.shell("echo kept > ~/file")
        self.assertTrue(os.path.exists(os.path.join(self.project, "new/home/file")))

    def test_overrides(self):
        """2 for a name or an image that can be none"""
        self.profile()
        for words in ("--name", "a b"), ("--image", "../x"):
            self.assertEqual(self.run_cnnrun("./cnnrun.lua", *words, "--", "true").code, 2)

    def test_many_at_once(self):
        """ten launches at once, each with its own status"""
        self.profile()
        all_of_them = [self.start_cnnrun("./cnnrun.lua", "--", "sh", "-c", "exit %d" % i)
                       for i in range(10)]
        self.assertEqual([p.wait(120) for p in all_of_them], list(range(10)))


class OrdinaryUser(Container):
    uid = kit.USER


if __name__ == "__main__":
    unittest.main()
