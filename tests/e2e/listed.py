# SPDX-License-Identifier: MIT
"""A network by list: hosts of the test's own on loopback addresses, with names that only the
launcher's name service knows (its /etc/hosts, in a mount namespace), and programs that try."""
import contextlib
import json
import os
import random
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading

import kit

HOSTS = 'mount --bind "$0" /etc/hosts && exec "$@"'

# What runs in the container: the machine's own Python, and short words for what is tried.
HELPERS = r"""
import os, socket, ssl, struct, sys, time
os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
def read(s):
    out = b""
    try:
        while True:
            got = s.recv(65536)
            if not got: break
            out += got
    except (ConnectionError, TimeoutError): pass
    return out.decode(errors="replace")
def tcp(host, port, say=b"", wait=10):
    s = socket.create_connection((host, port), wait)
    if say: s.sendall(say.encode() if isinstance(say, str) else say)
    return s
def get(host, name=None, port=80, path="/", more=""):
    return read(tcp(host, port, "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n" % (path, name or host, more)))
def tls(s, name):
    c = ssl._create_unverified_context()
    c.check_hostname = False
    t = c.wrap_socket(s, server_hostname=name)
    t.sendall(("GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % name).encode())
    return read(t)
def proxy(say): return tcp("127.0.0.1", 3128, say)
def connect(where, first=b""):
    s = proxy("CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n" % (where, where))
    return s, s.recv(200).decode()
def says(f, *args):
    try: return f(*args)
    except Exception as e: return "%s: %s" % (type(e).__name__, e)
"""


class Server:
    """Answers every connection at an address and port with its own name, and remembers what came."""

    def __init__(self, address, port, name, context=None):
        self.name, self.context, self.came = name, context, []
        self.socket = socket.create_server((address, port))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self.answer, args=(self.socket.accept()[0],), daemon=True).start()

    def answer(self, s):
        with contextlib.suppress(OSError), s:
            self.came.append("")
            place = len(self.came) - 1
            if self.context:
                s = self.context.wrap_socket(s, server_side=True)
            text = s.recv(65536).decode(errors="replace")
            self.came[place] = text
            body = "I am %s" % self.name
            s.sendall(("HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                       % (len(body), body)).encode())
            with contextlib.suppress(OSError):
                s.shutdown(socket.SHUT_WR)
            s.settimeout(5)
            while s.recv(65536):
                pass

    def end(self):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


class Listed(kit.Case):
    """good.test is listed and answers; evil.test answers and is not listed."""

    uid = kit.USER
    image = 'c:image "busybox"'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dir = tempfile.mkdtemp(prefix="listed.", dir=kit.SCRATCH)
        cls.good, cls.evil = ("127.%d.%d.%d" % (n, random.randint(1, 250), random.randint(1, 250))
                              for n in (60, 61))
        key, cert = (os.path.join(cls.dir, n) for n in ("key", "cert"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                        "-nodes", "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=test"],
                       check=True, stderr=subprocess.DEVNULL)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        cls.servers = {}
        for name, address in ("good", cls.good), ("evil", cls.evil):
            for port, tls in (80, None), (443, context), (8022, None):
                cls.servers[name, port] = Server(address, port, name, tls)
        cls.hosts = os.path.join(cls.dir, "hosts")
        with open(cls.hosts, "w") as f:
            f.write("127.0.0.1 localhost\n%s good.test www.good.test\n%s evil.test\n"
                    "127.0.0.1 inside.test\n169.254.169.254 meta.test\n10.1.2.3 private.test\n"
                    % (cls.good, cls.evil))

    @classmethod
    def tearDownClass(cls):
        for s in cls.servers.values():
            s.end()
        shutil.rmtree(cls.dir, True)

    def setUp(self):
        super().setUp()
        for s in self.servers.values():
            s.came.clear()

    def list_hosts(self, *hosts, calls=()):
        """A profile with this list; good.test's own address is among it, for it is loopback's."""
        listed = json.dumps(list(hosts or ("good.test", "www.good.test:443", "good.test:8022"))
                            + [self.good, self.good + ":8022"])[1:-1]
        self.profile(self.image, "c:network { allow = { %s } }" % listed, 'c:mount("/usr", "/usr", { readonly = true })',
                     'c:mount("/lib", "/lib", { readonly = true })',
                     'c:mount("/lib64", "/lib64", { readonly = true })', 'c:mount(".", "/w")',
                     'c:workdir "/w"', *calls, image=None)

    def around(self):
        return ["unshare", "-m", "sh", "-c", HOSTS, self.hosts]

    def try_out(self, script, *args, **more):
        """Runs Python lines in the container; the result has .out and .err."""
        self.write("try.py", HELPERS + script)
        return self.run_cnnrun("./cnnrun.lua", *args, "--", "/usr/bin/python3", "-I", "/w/try.py",
                               around=self.around(), timeout=120, **more)

    def came(self, name):
        return [text for (who, _), s in self.servers.items() if who == name for text in s.came]
