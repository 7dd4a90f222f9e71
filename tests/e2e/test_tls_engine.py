# SPDX-License-Identifier: MIT
"""An engine that listens on a network: TLS with an authority of the tests' own, or without."""
import os
import re
import socket
import ssl
import subprocess
import tempfile
import threading

import far_kit
import kit


class Authority:
    """What openssl makes of an authority: certificates, as files of a directory."""

    def __init__(self, top):
        self.top = top
        os.mkdir(top)
        self.key("ca")
        self.tool("req", "-x509", "-new", "-key", "ca-key.pem", "-sha256", "-days", "30", "-subj", "/CN=tests",
                  "-out", "ca.pem")

    def tool(self, *words):
        kit.tool("openssl", *words, cwd=self.top, stderr=subprocess.DEVNULL)

    def key(self, name):
        self.tool("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", name + "-key.pem")

    def issue(self, name, extension, *more):
        self.key(name)
        with open(os.path.join(self.top, name + ".ext"), "w") as f:
            f.write(extension + "\n")
        self.tool("req", "-new", "-key", name + "-key.pem", "-subj", "/CN=" + name, "-out", name + ".csr")
        self.tool("x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca-key.pem", "-CAcreateserial",
                  "-sha256", "-extfile", name + ".ext", "-out", name + ".pem", *(more or ("-days", "30")))

    def certs(self, name, client="client"):
        """A directory as DOCKER_CERT_PATH names one."""
        path = os.path.join(self.top, name)
        os.mkdir(path)
        for source, to in ("ca.pem", "ca.pem"), (client + ".pem", "cert.pem"), (client + "-key.pem", "key.pem"):
            os.link(os.path.join(self.top, source), os.path.join(path, to))
        return path


class Stand:
    """Listens with that certificate, and then says nothing."""

    def __init__(self, authority, name):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(os.path.join(authority.top, name + ".pem"),
                                     os.path.join(authority.top, name + "-key.pem"))
        self.s = socket.create_server(("127.0.0.1", 0))
        self.port = self.s.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                c = self.s.accept()[0]
            except OSError:
                return
            try:
                self.context.wrap_socket(c, server_side=True).close()
            except OSError:
                c.close()


class Tls(kit.Case):
    uid = kit.USER

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.top = tempfile.mkdtemp(prefix="tls.", dir=kit.SCRATCH)
        os.chmod(cls.top, 0o755)
        cls.ca = Authority(cls.top + "/ca")
        cls.ca.issue("server", "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth")
        cls.ca.issue("client", "extendedKeyUsage=clientAuth")
        cls.ca.issue("expired", "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth", "-days", "-1")
        cls.ca.issue("other", "subjectAltName=DNS:elsewhere.example\nextendedKeyUsage=serverAuth")
        cls.stranger = Authority(cls.top + "/stranger")
        cls.stranger.issue("server", "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth")
        cls.stranger.issue("client", "extendedKeyUsage=clientAuth")
        kit.tool("chmod", "-R", "a+rX", cls.top)
        cls.certs = cls.ca.certs("certs")
        cls.port, cls.plain = far_kit.free_port(), far_kit.free_port()
        cls.dir = cls.top + "/engine"
        env = dict(os.environ, ENGINE_MORE=" ".join((
            "--tlsverify", "--tlscacert", cls.ca.top + "/ca.pem", "--tlscert", cls.ca.top + "/server.pem", "--tlskey",
            cls.ca.top + "/server-key.pem", "-H", "tcp://127.0.0.1:%d" % cls.port)))
        kit.tool("tests/lib/engine.sh", "start", cls.dir, env=env, cwd=kit.TOP)
        kit.tool("tests/lib/images.sh", cls.top, "busybox", cwd=kit.TOP,
                 env=dict(os.environ, DOCKER_HOST="unix://%s/d.sock" % cls.dir))

    @classmethod
    def tearDownClass(cls):
        kit.tool("tests/lib/engine.sh", "stop", cls.dir, cwd=kit.TOP)
        super().tearDownClass()

    def url(self, host="127.0.0.1"):
        return "tcp://%s:%d" % (host, self.port)

    def tls(self, *args, where=None, certs=None, **more):
        env = {"DOCKER_HOST": where or self.url(), "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": certs or self.certs}
        env.update(more.pop("env", {}))
        return self.run_cnnrun(*args, env=env, **more)

    def says(self, words, *args, **more):
        r = self.tls(*args, **more)
        self.assertEqual(r.code, 125, r.out + r.err)
        self.assertRegex(r.err, r"\Acnnrun: error: [^\n]*\n\Z")
        self.assertIn(words, r.err)

    def test_run(self):
        """streams and status come over; input ends when it does"""
        self.profile('c:user { uid = 12, gid = 12 }')
        for host in "127.0.0.1", "localhost":
            r = self.tls("-q", "./cnnrun.lua", "--", "sh", "-c", "cat; echo err >&2; exit 7", input="word\n",
                         where=self.url(host))
            self.assertEqual((r.code, r.out, r.err), (7, "word\n", "err\n"))

    def test_much(self):
        """much output and input, each byte of it"""
        self.profile('c:user { uid = 12, gid = 12 }')
        data = "0123456789abcde\n" * 100000
        r = self.tls("-q", "./cnnrun.lua", "--", "cat", input=data)
        self.assertEqual(r.code, 0, r.err)
        self.assertTrue(r.out == data)

    def test_build(self):
        """an image is built there of what lies here"""
        self.write("Dockerfile", "FROM busybox\nCOPY x /x\n")
        self.write("x", "built there\n")
        self.profile('c:build { context = ".", tag = "tls-build:1" }', 'c:user { uid = 12, gid = 12 }', image=None)
        r = self.tls("-q", "./cnnrun.lua", "--", "cat", "/x")
        self.assertEqual((r.code, r.out), (0, "built there\n"), r.err)

    def test_carried(self):
        """a directory goes over, and what was made in it comes home; a display and a port of loopback do not"""
        self.profile('c:mount(".", "/w", { carry = true })', 'c:workdir "/w"', 'c:user { uid = 12, gid = 12 }')
        self.write("src/mine", "here\n")
        r = self.tls("-q", "./cnnrun.lua", "--", "sh", "-c", "cat src/mine; echo there > made")
        self.assertEqual((r.code, r.out), (0, "here\n"), r.err)
        with open(os.path.join(self.project, "made")) as f:
            self.assertEqual(f.read(), "there\n")
        for call in 'c:port "18080:80"', "c:display()":
            self.profile(call, 'c:user { uid = 12, gid = 12 }')
            self.says("ssh://", "./cnnrun.lua", "--", "true")

    def test_killed(self):
        """a launcher that is killed leaves nothing there"""
        self.profile('c:user { uid = 12, gid = 12 }')
        there = kit.Engine(self.dir + "/d.sock")
        env = {"DOCKER_HOST": self.url(), "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": self.certs}
        p = self.start_cnnrun("./cnnrun.lua", "--", "sleep", "300", env=env)
        kit.wait_for(there.containers, 30, "a container")
        kit.wait_for(lambda: all(c["State"] == "running" for c in there.containers().values()), 30, "its start")
        p.kill()
        kit.wait_for(lambda: not there.containers(), 30, "its removal")

    def test_context(self):
        """a context has its certificates with it; one that skips the check is refused"""
        config = self.project + "/config"
        env = dict(os.environ, DOCKER_CONFIG=config, DOCKER_HOST="")
        where = "host=%s,ca=%s/ca.pem,cert=%s/cert.pem,key=%s/key.pem" % ((self.url(),) + (self.certs,) * 3)
        kit.tool("docker", "context", "create", "tls", "--docker", where, env=env)
        kit.tool("docker", "context", "create", "skips", "--docker", where + ",skip-tls-verify=true", env=env)
        kit.tool("chmod", "-R", "a+rX", config)
        more = {"DOCKER_HOST": None, "DOCKER_CONFIG": config}
        r = self.run_cnnrun("--on", "tls", "doctor", env=more)
        self.assertRegex(r.out, r"(?m)^ok    engine: Docker .*, at tcp://127\.0\.0\.1:\d+$")
        r = self.run_cnnrun("--on", "skips", "ps", env=more)
        self.assertIn("skips the check of the engine's certificate: anybody could answer in its place", r.err)

    def test_words(self):
        """each thing that is wrong with a certificate is named"""
        self.says("is not to be trusted: ", "ps",
                  certs=self.stranger.certs("certs"))
        self.says("has expired; it has to be renewed there", "ps",
                  where="tcp://127.0.0.1:%d" % Stand(self.ca, "expired").port)
        self.says("is not for the name 127.0.0.1", "ps", where="tcp://127.0.0.1:%d" % Stand(self.ca, "other").port)
        self.says("is not to be trusted", "ps", where="tcp://127.0.0.1:%d" % Stand(self.stranger, "server").port)
        self.says("no container engine answers at tcp://127.0.0.1:1: Connection refused", "ps",
                  where="tcp://127.0.0.1:1")
        self.says("there is no host nowhere.invalid", "ps", where="tcp://nowhere.invalid:2376")
        self.says("the key cannot be read", "ps", certs=self.broken("key.pem"))
        self.says("the authorities cannot be read", "ps", certs=self.broken("ca.pem"))

    def broken(self, name):
        path = self.project + "/broken-" + name
        kit.tool("cp", "-r", self.certs, path)
        with open(os.path.join(path, name), "w") as f:
            f.write("no certificate\n")
        return path

    def test_no_client(self):
        """an engine that wants to know who asks says so"""
        nobody = self.project + "/nobody"
        os.mkdir(nobody)
        os.link(self.certs + "/ca.pem", nobody + "/ca.pem")
        os.chmod(nobody, 0o755)
        r = self.tls("ps", certs=nobody)
        self.assertEqual(r.code, 125)
        self.assertRegex(r.err, r"\Acnnrun: error: [^\n]*does not take the certificate of this user[^\n]*\n\Z")

    def test_plain(self):
        """without TLS only on this machine's own address, or where the address says so"""
        engine = kit.tool("sh", "-c", "hostname -I").split()
        plain = socket.create_server(("0.0.0.0", 0))
        self.addCleanup(plain.close)
        port = plain.getsockname()[1]

        def forward(a, b):
            try:
                while data := a.recv(65536):
                    b.sendall(data)
                b.shutdown(socket.SHUT_WR)
            except OSError:
                pass

        def serve():
            while True:
                try:
                    c = plain.accept()[0]
                except OSError:
                    return
                s = socket.socket(socket.AF_UNIX)
                s.connect(kit.SOCKET)
                for pair in (c, s), (s, c):
                    threading.Thread(target=forward, args=pair, daemon=True).start()
        threading.Thread(target=serve, daemon=True).start()
        env = {"DOCKER_HOST": None}
        r = self.run_cnnrun("--on", "tcp://127.0.0.1:%d" % port, "ps", env=env)
        self.assertEqual(r.code, 0, r.err)
        if not engine:
            return
        r = self.run_cnnrun("--on", "tcp://%s:%d" % (engine[0], port), "ps", env=env)
        self.assertEqual(r.code, 125)
        self.assertIn("speaks no TLS", r.err)
        said = re.search(r"--on (http://\S+)$", r.err, re.M).group(1)
        r = self.run_cnnrun("--on", said, "ps", env=env)
        self.assertEqual(r.code, 0, r.err)


if __name__ == "__main__":
    import unittest
    unittest.main()
