# SPDX-License-Identifier: MIT
"""What a user adds to a profile on the command line, in docker's forms: typed is granted."""
import json
import os

import kit


class AdHoc(kit.Case):
    uid = kit.USER

    def setUp(self):
        super().setUp()
        self.profile('c:mount(".", "/w")')

    def run_it(self, *args, **more):
        return self.run_cnnrun("./cnnrun.lua", *args, granted=False, **more)

    def ran(self, *args, **more):
        r = self.run_it(*args, **more)
        self.assertEqual(r.code, 0, r.err)
        return r.out

    def test_volume(self):
        """a path, absolute or of the working directory, read-only too; a place taken is replaced"""
        self.write("sub/file", "f")
        sub = os.path.join(self.project, "sub")
        self.assertEqual(self.ran("-v", sub + ":/x", "--", "cat", "/x/file"), "f")
        self.assertEqual(self.ran("-v./sub:/x:ro", "--", "sh", "-c", "cat /x/file; touch /x/y || echo no"), "fno\n")
        r = self.run_cnnrun("../cnnrun.lua", "-v", "../sub:/x:rw", "-v", ".:/y", "--", "sh", "-c",
                            "cat /x/file /y/file", cwd=sub, granted=False)
        self.assertEqual((r.code, r.out), (0, "ff"), r.err)
        self.assertEqual(self.ran("-v", "./sub:/w/", "--", "ls", "/w"), "file\n")
        self.assertEqual(self.ran("--volume=/etc:/e:ro", "--", "ls", "/e/passwd"), "/e/passwd\n")

    def test_named_volume(self):
        """a name is a volume's, and is as granted as a path"""
        self.addCleanup(kit.engine.call, "DELETE", "/volumes/kit-ad-hoc")
        self.ran("-v", "kit-ad-hoc:/x", "--", "ls", "/x")
        self.assertIn("kit-ad-hoc", str(kit.engine.call("GET", "/volumes")[1]))

    def test_verbose(self):
        """-v without a colon is --verbose, as ever"""
        r = self.run_it("-v", "--", "true")
        self.assertEqual(r.code, 0, r.err)
        r = self.run_cnnrun("-v", "plan", "./cnnrun.lua", granted=False)
        self.assertEqual(r.code, 0, r.err)
        self.assertIn("-v, --volume SRC:DST[:ro]", self.run_cnnrun("run", "--help").out)

    def test_listed(self):
        """plan shows what was typed, and that it needs no grant"""
        r = self.run_cnnrun("plan", "./cnnrun.lua", "-v", "/etc:/e:ro", "-p", "0.0.0.0:18080:80",
                            "--device", "/dev/null:/dev/n:rw", granted=False)
        for words in ("read outside the project: /etc", "use the device /dev/null",
                      "be reached from the network at 0.0.0.0:18080"):
            self.assertIn("- %s  (as you typed)" % words, r.out)
        r = self.run_cnnrun("plan", "./cnnrun.lua", "--json", "-v", "/etc:/e:ro", granted=False)
        self.assertEqual(json.loads(r.out)["not_granted"], [])

    def test_the_profiles_own(self):
        """what the profile asks for beside it has to be granted as ever"""
        self.profile('c:mount("/usr", "/u")')
        r = self.run_it("-v", "/etc:/e:ro", "--", "true")
        self.assertEqual(r.code, 125)
        self.assertIn("not allowed to write outside the project: /usr;", r.err)

    def test_through_a_link(self):
        """where a link of the project leads is the repository's wish, not what was typed"""
        os.symlink("/etc", os.path.join(self.project, "data"))
        r = self.run_it("-v", "./data:/e:ro", "--", "true")
        self.assertEqual(r.code, 125)
        self.assertIn("not allowed to follow a link of the project and read", r.err)

    def test_publish(self):
        """ports, ranges too; on this machine unless an address is given"""
        r = self.run_cnnrun("plan", "./cnnrun.lua", "--docker", "-p", "18080:80", "-p", "18090-18092:90-92/udp",
                            "-p", "[::1]:1024:1", "-p", "81", "-p", ":82", granted=False)
        for port in ("127.0.0.1:18080:80/tcp", "127.0.0.1:18090-18092:90-92/udp", "'[::1]:1024:1/tcp'",
                     "127.0.0.1:81:81/tcp", "127.0.0.1::82/tcp"):
            self.assertIn("--publish " + port, r.out)

    def test_own_letter(self):
        """a profile's own -p counts more"""
        self.profile("c:env('PORT', opt.port)", options='port = { short = "p" }')
        self.assertEqual(self.ran("-p", "7", "--", "sh", "-c", "echo $PORT"), "7\n")

    def test_device(self):
        """a device, elsewhere, with permissions"""
        out = self.ran("--device", "/dev/full:/dev/null2:r", "--device", "/dev/full", "--", "ls", "/dev")
        self.assertLess({"null2", "full"}, set(out.split()))

    def test_entrypoint(self):
        """a program in place of the image's, without the profile's command"""
        self.profile('c:command { "echo", "profile" }')
        self.assertEqual(self.ran("--entrypoint", "echo"), "\n")
        self.assertEqual(self.ran("--entrypoint", "echo", "--", "a", "b"), "a b\n")
        self.assertEqual(self.ran("--entrypoint="), "profile\n")

    def test_refused(self):
        """what has another form is said with the form that works"""
        for words, said in ((("--volume", "/x"), "is not of the form SRC:DST"),
                            (("-v", "/x:y"), "is not of the form SRC:DST"),
                            (("-v", "/x:/y:z"), ""), (("-v", "a b:/y"), "volume name"),
                            (("-v", "./nosuch:/y"), "nosuch"), (("-v", "/etc:/"), "--volume /etc:/"),
                            (("-p", "80:http"), "is not of the form [[ADDRESS:]HOST:]PORT"),
                            (("-p", "1:2:3:4"), ""), (("-p", "-1"), "is not of the form"),
                            (("-p", "1-2-3"), "is not of the form"), (("-p", "70000"), "--publish 70000"),
                            (("-p", "80/icmp"), "--publish 80/icmp"), (("--device", "null"), "--device null"),
                            (("--device", "/dev/nosuch"), "/dev/nosuch"), (("-p", "1-300"), "more than 256")):
            r = self.run_it(*words, "--", "true")
            self.assertIn(r.code, (2, 125), words)
            self.assertEqual((r.out, len(r.err.splitlines())), ("", 1), r.err)
            self.assertIn(said, r.err)
