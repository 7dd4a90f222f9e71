# SPDX-License-Identifier: MIT
"""Every kind of login that docker knows, for all that goes to a registry."""
import base64
import json
import os
import shutil
import subprocess

import kit
import registry_kit
from registry_kit import Registry

AUTH = base64.b64encode(b"me:pw").decode()
HELPER = """#!/bin/sh
read -r host
[ "$1 $host" = "get %s" ] || { echo "credentials not found in native keychain"; exit 1; }
echo '{"ServerURL":"'$host'","Username":"me","Secret":"pw"}'
"""


class Login(registry_kit.Private, kit.Case):
    uid = kit.USER

    def setUp(self):
        super().setUp()
        self.host = self.registry.host
        self.write("bin/docker-credential-kit", HELPER % self.host, 0o755)
        os.remove(os.path.join(self.config, "config.json"))
        self.env = {"DOCKER_CONFIG": self.config,
                    "PATH": os.path.join(self.project, "bin") + ":" + os.environ["PATH"]}

    def run_it(self, *words, code=0):
        r = self.run_cnnrun(*words, env=self.env)
        self.assertEqual(r.code, code, r.err)
        return r

    def gone(self):
        kit.engine.call("DELETE", "/images/%s?force=1" % self.ref)

    def everything(self):
        """A pull, a build from it and with parts of it, a push."""
        self.profile(image=self.ref)
        self.run_it("./cnnrun.lua", "--", "true")
        self.profile('c:build { tag = "%s/me/made", context = "ctx" }' % self.host, image=None)
        self.addCleanup(kit.engine.call, "DELETE", "/images/%s/me/made?force=1" % self.host)
        for text in ("FROM %s\n" % self.ref, "FROM busybox\nCOPY --from=%s /bin/busybox /b\n" % self.ref):
            self.gone()
            self.write("ctx/Dockerfile", text)
            self.run_it("build", "./cnnrun.lua", "--push")
        self.gone()

    def config_is(self, **config):
        self.write("config/config.json", json.dumps(config))

    def test_kinds(self):
        """auths with auth or with name and password, credsStore, credHelpers, DOCKER_AUTH_CONFIG"""
        for name, config in (("auth", {"auths": {self.host: {"auth": AUTH}}}),
                             ("address", {"auths": {"http://%s/v2/" % self.host: {"auth": AUTH}}}),
                             ("in the open", {"auths": {self.host: {"username": "me", "password": "pw"}}}),
                             ("store", {"auths": {self.host: {}}, "credsStore": "kit"}),
                             ("helper", {"credHelpers": {self.host: "kit"}})):
            with self.subTest(name):
                self.config_is(**config)
                self.everything()
        with self.subTest("variable"):
            self.config_is(auths={self.host: {"auth": base64.b64encode(b"me:old").decode()}})
            self.env["DOCKER_AUTH_CONFIG"] = json.dumps({"auths": {self.host: {"auth": AUTH}}})
            self.everything()

    def test_bad_helpers(self):
        """a helper that is not there, fails or says nonsense: one line with its name, and a line to see for oneself"""
        self.profile(image=self.ref)
        for text, said in ((None, "cannot run the credential helper docker-credential-other"),
                           ("#!/bin/sh\necho the keychain is locked; exit 1\n",
                            "docker-credential-other failed: the keychain is locked; see what it says: echo %s | "
                            "docker-credential-other get" % self.host),
                           ("#!/bin/sh\necho hello\n", "docker-credential-other: unreadable answer; see what it says")):
            if text:
                self.write("bin/docker-credential-other", text, 0o755)
            self.config_is(credHelpers={self.host: "other"})
            r = self.run_it("./cnnrun.lua", "--", "true", code=125)
            self.assertEqual(len(r.err.splitlines()), 1, r.err)
            self.assertIn("pull %s: %s" % (self.ref, said), r.err)

    def test_broken_variable(self):
        """a variable that is no JSON is said, and counts as none"""
        self.env["DOCKER_AUTH_CONFIG"] = "{"
        self.profile(image=self.ref)
        r = self.run_it("./cnnrun.lua", "--", "true", code=125)
        self.assertEqual(r.err.count("DOCKER_AUTH_CONFIG: not JSON"), 1, r.err)
        self.assertIn("wants a login", r.err)

    def test_command(self):
        """cnnrun login and cnnrun logout are docker's: the line is said"""
        for words in ("login",), ("login", self.host), ("logout", self.host):
            r = self.run_it(*words, code=2)
            self.assertIn("; logins at registries are docker's: docker %s\n" % words[0], r.err)


class Encrypted(kit.Case):
    """A registry with TLS; 127.0.0.0/8 an engine trusts without."""

    uid = kit.USER

    def address(self):
        with open(os.path.join(kit.SCRATCH, "engine/bridge")) as f:
            said = kit.tool("ip", "-4", "-o", "addr", "show", f.read().strip())
        return said.split()[3].split("/")[0]

    def test_authority(self):
        """by a certificate that the engine knows the authority of (certs.d), and by one that it does not"""
        registry = Registry(self, self.address(), tls=True)
        self.profile(image=registry.host + "/a")
        env = {"DOCKER_CONFIG": registry.config}
        r = self.run_cnnrun("./cnnrun.lua", "--", "true", env=env)
        self.assertEqual(r.code, 125)
        self.assertIn("%s speaks no TLS that the engine trusts" % registry.host, r.err)
        self.trust(registry)
        ref = registry.push("a")
        self.addCleanup(kit.engine.call, "DELETE", "/images/%s?force=1" % ref)
        r = self.run_cnnrun("./cnnrun.lua", "--", "echo", "ran", env=env)
        self.assertEqual((r.code, r.out), (0, "ran\n"), r.err)

    def trust(self, registry):
        """Where every engine of this machine looks; by an address that is the test's own."""
        made, place = [], ""
        for part in "/etc/docker", "certs.d", registry.host:
            place = os.path.join(place, part)
            if not os.path.isdir(place):
                os.mkdir(place)
                made.insert(0, place)
        self.addCleanup(lambda: subprocess.run(["rmdir", *made], check=False))
        ca = os.path.join(place, "ca.crt")
        shutil.copy(registry.certificate, ca)
        self.addCleanup(os.remove, ca)


if __name__ == "__main__":
    import unittest
    unittest.main()
