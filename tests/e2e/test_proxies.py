# SPDX-License-Identifier: MIT
"""The proxies of docker's configuration, in containers and builds."""
import json
import os

import kit

DOCKERFILE = """FROM busybox
RUN echo "$http_proxy $NO_PROXY" > /seen
"""


class Proxies(kit.Case):
    uid = kit.USER

    def setUp(self):
        super().setUp()
        self.env = {"DOCKER_CONFIG": os.path.join(self.project, "docker")}

    def config(self, **proxies):
        self.write("docker/config.json", json.dumps({"proxies": {"default": proxies}}))

    def echo(self, *calls):
        self.profile(*calls)
        r = self.run_cnnrun("./cnnrun.lua", "--", "sh", "-c",
                            "echo $HTTP_PROXY $http_proxy $HTTPS_PROXY $https_proxy $no_proxy $ALL_PROXY",
                            granted=False, env=self.env)
        return r.out if r.code == 0 else r.err

    def test_run(self):
        """a container has them in both spellings; what the profile says counts more"""
        self.config(httpProxy="http://p:1", httpsProxy="http://p:2", noProxy="localhost")
        self.assertEqual(self.echo(), "http://p:1 http://p:1 http://p:2 http://p:2 localhost\n")
        self.assertEqual(self.echo('c:env("http_proxy", "http://q")'), "http://q http://p:2 http://p:2 localhost\n")

    def test_of_the_engine(self):
        """those that are for this engine count more than those for all, in builds too"""
        def config(url):
            self.write("docker/config.json", json.dumps({"proxies": {"default": {"httpProxy": "http://all"},
                                                                     url: {"noProxy": "its"}}}))
        config("unix:///other.sock")
        self.assertEqual(self.echo(), "http://all http://all\n")
        config(os.environ["DOCKER_HOST"])
        self.assertEqual(self.echo(), "its\n")
        self.write("Dockerfile", DOCKERFILE.replace("NO_PROXY", "no_proxy"))  # a step that no cache has
        self.addCleanup(kit.engine.call, "DELETE", "/images/kit-proxies?force=1")
        self.profile('c:build { tag = "kit-proxies", network = "none" }', image=None)
        for words in ("build",), ("./cnnrun.lua", "--", "cat", "/seen"):
            r = self.run_cnnrun(*words, env=self.env)
            self.assertEqual(r.code, 0, r.err)
        self.assertEqual(r.out.strip(), "its")

    def test_none(self):
        """no configuration, or one of another form, gives none"""
        self.assertEqual(self.echo(), "\n")
        for text in "", "[]", '{"proxies": 7}', '{"proxies": {"default": {"httpProxy": 7}}}':
            self.write("docker/config.json", text)
            self.assertEqual(self.echo(), "\n")

    def test_password(self):
        """a password in one is asked for, and never shown"""
        self.config(httpProxy="http://me:hidden@p:1")
        self.assertIn("not allowed to know your variable HTTP_PROXY;", self.echo())
        self.assertEqual(self.echo('c:env("HTTP_PROXY", "")'), "\n")
        self.profile()
        for words in ("plan",), ("plan", "--json"), ("plan", "--docker"):
            r = self.run_cnnrun(*words, env=self.env)
            self.assertEqual(r.code, 0, r.err)
            self.assertNotIn("hidden", r.out + r.err)

    def test_build(self):
        """a build has them as arguments; a password is asked for there too"""
        self.write("Dockerfile", DOCKERFILE)
        self.config(httpProxy="http://p:1", noProxy="*")
        self.addCleanup(kit.engine.call, "DELETE", "/images/kit-proxies?force=1")
        self.profile('c:build { tag = "kit-proxies", network = "none" }', image=None)
        r = self.run_cnnrun("./cnnrun.lua", "--", "cat", "/seen", env=self.env)
        self.assertEqual((r.code, r.out), (0, "http://p:1 *\n"), r.err)
        self.config(httpProxy="http://me:hidden@p:1")
        self.profile('c:build { tag = "kit-proxies", network = "none" }', 'c:env("http_proxy", "")', image=None)
        r = self.run_cnnrun("./cnnrun.lua", "--", "cat", "/seen", env=self.env, granted=False)
        self.assertIn("not allowed to know your variable HTTP_PROXY;", r.err)
