# SPDX-License-Identifier: MIT
"""Images that are made for docker's default rights, and what is said where those lack."""
import image_kit
import kit

GOSU = "kit-gosu"
HINT = 'made for docker\'s default rights, which the profile does not ask for: add '


class Rights(kit.Case):
    uid = kit.USER

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        image_kit.load(GOSU, 'ENTRYPOINT ["/entry"]', 'CMD ["id"]', users=[("app", 1234)],
                       directories=[("data", 0)],
                       entrypoint=image_kit.ENTRYPOINT % {"user": "app"})

    @classmethod
    def tearDownClass(cls):
        image_kit.unload(GOSU)
        super().tearDownClass()

    def launch(self, *calls, words=("--", "id", "-u"), **more):
        self.profile(*calls, image=GOSU)
        return self.run_cnnrun("./cnnrun.lua", *words, **more)

    def test_docker(self):
        """an entrypoint of root's that chowns and changes user does its job"""
        r = self.launch('c:user "image"', 'c:rights "docker"')
        self.assertEqual((r.code, r.out), (0, "1234\n"), r.err)

    def test_hint(self):
        """without: the container's own words, and one line of ours with the line to add"""
        r = self.launch('c:user "image"')
        self.assertEqual(r.code, 1)
        own, hint = r.err.strip().splitlines()[-2:]
        self.assertIn("Operation not permitted", own)
        self.assertTrue(hint.endswith(HINT + 'c:rights "docker"'), r.err)

    def test_hint_host(self):
        """as oneself, where the image's entrypoint expects to be root: both lines"""
        r = self.launch('c:user "host"', 'c:entrypoint { "chown", "0", "/data" }', words=())
        self.assertNotIn(HINT, r.err)  # the profile's own program
        r = self.launch(words=("--", "chown", "0", "/data"))
        self.assertTrue(r.err.strip().endswith(HINT + 'c:user "image" and c:rights "docker"'), r.err)

    def test_hint_denied(self):
        """root that may not write in your directory, which docker's root may"""
        script = "echo x > /w/new"
        for calls, said in (['c:user "root"'], True), (['c:user "root"', 'c:capability "DAC_OVERRIDE"'], False), (
                ['c:user "host"'], False), (['c:user "root"', 'c:rights "docker"'], False):
            r = self.launch(*calls, 'c:mount(".", "/w")', 'c:entrypoint "sh"', words=("--", "-c", script))
            self.assertEqual(HINT in r.err, said, r.err)
        r = self.launch('c:user "root"', 'c:mount(".", "/w")', 'c:entrypoint "/w/cnnrun.lua"', words=())
        self.assertEqual((r.code, HINT in r.err), (126, False), r.err)  # a file that is no program
        r = self.launch('c:user "root"', 'c:entrypoint "sh"', words=(
            "--", "-c", "echo 'git@host: Permission denied (publickey).' >&2; exit 128"))
        self.assertNotIn(HINT, r.err)

    def test_hint_late(self):
        """after much other output too"""
        r = self.launch('c:user "root"', 'c:entrypoint "sh"', words=("--", "-c", "seq 1 20000; chown 1 /tmp"))
        self.assertIn(HINT, r.err)

    def test_hint_prepare(self):
        """root's step in a box that drops what root needs"""
        for user, said in ('{ user = "root" }', True), ("{}", False):
            self.profile("c:box()", 'c:prepare("chown 1 /data", %s)' % user, image=GOSU)
            r = self.run_cnnrun("./cnnrun.lua", "--", "true")
            self.assertEqual((r.code, HINT + 'c:rights "docker"' in r.err), (125, said), r.err)

    def test_hint_service(self):
        """a service whose entrypoint needs them"""
        self.profile('c:service("db", function(s) s:image "%s" s:user "image" s:ready { port = 1 } end)' % GOSU)
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual((r.code, HINT + 'c:rights "docker"' in r.err), (125, True), r.err)

    def test_no_hint(self):
        """what fails otherwise, or has these rights, is told nothing"""
        for calls, script in ((['c:user "root"'], "echo no such thing >&2; exit 1"),
                              (['c:user "root"'], "echo Operation not permitted >&2; exit 0"),
                              (['c:user "root"', 'c:rights "docker"'],
                               "echo Operation not permitted >&2; exit 1")):
            r = self.launch(*calls, 'c:entrypoint "sh"', words=("--", "-c", script))
            self.assertNotIn("rights", r.err)

    def test_list(self):
        """it is one line of the list, has to be granted, and is in the plan"""
        self.profile('c:rights "docker"', image=GOSU)
        r = self.run_cnnrun("plan", "./cnnrun.lua", granted=False)
        can = r.out[r.out.index("can:"):].strip().splitlines()[1:]
        self.assertEqual(len(can), 1, can)
        self.assertIn("have docker's default rights", can[0])
        self.assertIn("rights     docker's own", r.out)
        r = self.run_cnnrun("./cnnrun.lua", granted=False)
        self.assertEqual(r.code, 125)
        self.assertIn("docker's default rights", r.err)

    def test_caps(self):
        """the fourteen, less what c:drop takes, more what c:capability adds"""
        caps = "grep CapBnd /proc/self/status | cut -f2"
        as_docker = int(kit.tool("docker", "-H", "unix://" + kit.SOCKET, "run", "--rm",
                                 "busybox", "sh", "-c", caps), 16)
        for calls, more, less in (([], 0, 0), (['c:drop "NET_RAW"'], 0, 1 << 13),
                                  (['c:capability "SYS_PTRACE"'], 1 << 19, 0),
                                  (['c:drop "ALL"'], 0, as_docker)):
            self.profile('c:rights "docker"', *calls)
            self.assertEqual(int(self.shell(caps), 16), as_docker & ~less | more)
        self.profile('c:rights "docker"', 'c:rights "least"')
        self.assertEqual(int(self.shell(caps), 16), 0)

    def test_no_new_privileges(self):
        """setuid programs work as with docker, unless the profile says otherwise"""
        flag = "grep NoNewPrivs /proc/self/status | cut -f2"
        self.profile('c:rights "docker"')
        self.assertEqual(self.shell(flag), "0\n")
        self.profile('c:rights "docker"', 'c:security "no-new-privileges"')
        self.assertEqual(self.shell(flag), "1\n")
