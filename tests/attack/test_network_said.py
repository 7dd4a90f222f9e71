# SPDX-License-Identifier: MIT
"""Attempts to get out of a network by list by what is said to its filter, and to wear that out. A
build from before knows of no such list."""
import os

import outside


class Said(outside.Out):
    def test_lying_sni(self):
        """a listed name is connected to, another is named in TLS, by both ways"""
        self.attempt("""
print(says(tls, tcp("good.test", 443), "evil.test"))
print(says(tls, connect("good.test:443")[0], "evil.test"))
print(says(tls, connect("good.test:443")[0], "www.good.test"))
""", "good.test:443 was spoken to as evil.test in TLS", "spoken to as www.good.test in TLS", reached=2)
        self.assertEqual("".join(self.came("good")), "")  # connected by the proxy, and nothing said

    def test_no_sni(self):
        """TLS without a name, and none at all where it belongs"""
        self.attempt("""
print(says(tls, tcp("good.test", 443), None))
print(ascii(says(get, "good.test", "evil.test", 443)))
print(ascii(says(read, tcp("good.test", 443, b"SSH-2.0-x\\r\\n"))))
""", "was spoken to without its name in TLS", "was spoken to without TLS")

    def test_odd_hellos(self):
        """beginnings of TLS that are cut, that have two names, or that never end"""
        self.attempt("""
def hello(names, cut=10 ** 6):
    one = lambda n: struct.pack(">BH", 0, len(n)) + n
    sni = lambda ns: struct.pack(">HHH", 0, sum(map(len, map(one, ns))) + 2, sum(map(len, map(one, ns)))) + \\
        b"".join(map(one, ns))
    ext = b"".join(map(sni, names))
    body = b"\\3\\3" + bytes(32) + b"\\0" + b"\\0\\2\\x13\\1" + b"\\1\\0" + struct.pack(">H", len(ext)) + ext
    whole = b"\\1" + struct.pack(">I", len(body))[1:] + body
    return b"".join(b"\\x16\\3\\1" + struct.pack(">H", len(whole[i:i + cut])) + whole[i:i + cut]
                    for i in range(0, len(whole), cut))
for h in (hello([[b"good.test", b"evil.test"]]), hello([[b"evil.test", b"good.test"]]),
          hello([[b"good.test"], [b"evil.test"]]), hello([[b"evil.test"]], 7), hello([[b"good.test\\0evil.test"]]),
          hello([[b"good.test"]])[:-3] + b"\\xff" * 9, b"\\x16\\3\\1\\xff\\xff\\1\\xff\\xff\\xff" + b"x" * 70000):
    s = tcp("good.test", 443)
    says(s.sendall, h)
    says(s.shutdown, 1)
    print(ascii(says(read, s)[:40]))
""", "spoken to as evil.test in TLS", "without its name in TLS")

    def test_lying_host(self):
        """a listed name is connected to by HTTP, with the Host of another, or of two, or of none"""
        self.attempt("""
print(get("good.test", "evil.test"))
print(get("good.test", "good.test", more="Host: evil.test\\r\\n"))
print(get("good.test", "good.test", more="Host : evil.test\\r\\n"))
print(get("good.test", "good.test", more="X: y\\r\\n Host: evil.test\\r\\n"))
print(get("good.test", "good.test", more="X: y\\nHost: evil.test\\r\\n"))
print(get("good.test", path="http://evil.test/"))
print(read(tcp("good.test", 80, "GET / HTTP/1.0\\r\\n\\r\\n")))
""", "good.test:80 was asked for with the Host of another")

    def test_absolute(self):
        """a proxy's request whose URL is one host's and whose Host another's"""
        self.attempt("""
for url, host in ("http://good.test/", "evil.test"), ("http://evil.test/", "good.test"), ("/", "good.test"), \\
        ("http://good.test:8022/", "good.test"), ("https://good.test/", "good.test"), ("ftp://good.test/", "good.test"), \\
        ("http://good.test\\\\@evil.test/", "good.test"), ("http:///", "good.test"):
    print(read(proxy("GET %s HTTP/1.1\\r\\nHost: %s\\r\\n\\r\\n" % (url, host)))[:60])
""", "evil.test:80 was asked for with the Host of another")

    def test_second_request(self):
        """a second request behind one that is allowed: the connection is for one alone"""
        self.attempt("""
print(get("good.test", more="Connection: keep-alive\\r\\n"))
print(get("good.test", more="Connection: Upgrade, HTTP2-Settings\\r\\nUpgrade: h2c\\r\\n"))
print(read(tcp("good.test", 80, "PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n")))
""", "good.test:80 was asked for another protocol", reached=1)
        self.assertIn("Connection: close\r\n", self.came("good")[0])
        self.assertNotIn("keep-alive", self.came("good")[0])

    def test_connect_raw(self):
        """CONNECT to a listed host's port of HTTP, to say there what one likes; CONNECT to an address"""
        self.attempt(self.evils() + "print(connect('good.test:80')[1], connect(EVIL + ':80')[1], "
                     "connect('127.0.0.1:80')[1], connect('1.1.1.1:443')[1])",
                     "good.test:80 was to be connected to without a request", "%s:80 is not on the list" % self.evil,
                     "127.0.0.1:80 is not", "1.1.1.1:443 is not on the list")

    def test_no_variables(self):
        """without the variables of the proxy, and with others"""
        self.attempt("""
import urllib.request
for k in list(os.environ):
    if "proxy" in k.lower(): del os.environ[k]
print(says(lambda: urllib.request.urlopen("http://evil.test/", timeout=5).read()))
other = urllib.request.build_opener(urllib.request.ProxyHandler({"http": "http://evil.test:8022"}))
print(says(lambda: other.open("http://good.test/", timeout=5).read()))
""", "evil.test was looked up and is not on the list")

    def test_abstract_sockets(self):
        """abstract sockets of the host (held before: a container has its own)"""
        name = "\\0cnnrun-test-%d" % os.getpid()
        self.attempt("s = socket.socket(socket.AF_UNIX)\nprint(says(s.connect, '%s'))" % name)

    def test_filters_socket(self):
        """the sockets in the directory that the container begins with, used directly"""
        r = self.attempt("""
for top, dirs, files in os.walk("/", onerror=None):
    dirs[:] = [d for d in dirs if top != "/" or d in ("dev",) or d.startswith(".cnnrun")]
    for f in files:
        if ".cnnrun" in top:
            s = socket.socket(socket.AF_UNIX)
            print(f, says(s.connect, os.path.join(top, f)))
print("looked")
""")
        self.assertIn("looked", r.out)
        self.assertRegex(r.out, r"(?m)^n ConnectionRefused")

    def test_own_ports(self):
        """other listeners in the filter's places: they deceive nobody but the container"""
        self.attempt("""
for place in ("127.0.0.53", 53), ("127.0.0.1", 3128), ("0.0.0.0", 443):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    print(says(s.bind, place), says(s.listen))
print(get("good.test"))
""", reached=1)

    def test_huge(self):
        """requests without an end"""
        self.attempt("""
s = tcp("good.test", 80, "GET / HTTP/1.1\\r\\nHost: good.test\\r\\nX: ")
print(says(s.sendall, b"x" * (8 << 20)))
s = proxy("CONNECT ")
print(says(s.sendall, b"x" * (8 << 20)))
print(get("good.test"))
""", "was asked for at too great a length", reached=1)

    def test_worn_out(self):
        """more connections than the filter takes, slow ones and silent ones: it answers afterwards"""
        self.attempt("""
import resource
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
held = []
for i in range(600):
    s = socket.socket()
    s.setblocking(False)
    says(s.connect, (("127.0.0.1", 3128), ("127.1.0.1", 443))[i % 2])
    held.append(s)
time.sleep(1)
for s in held: s.close()
print(get("good.test"))
""", reached=1)

    def test_flood(self):
        """a flood of refusals: few lines, and a sum"""
        r = self.attempt("""
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(5)
for i in range(2000):
    n = b"name%d" % i
    s.sendto(struct.pack(">6H", 7, 256, 1, 0, 0, 0) + bytes([len(n)]) + n + b"\\4evil\\0\\0\\1\\0\\1", ("127.0.0.53", 53))
    s.recv(600)
""", "2000 attempts to reach what is not listed")
        self.assertLess(len(r.err.splitlines()), 60)

    def test_escapes(self):
        """names that would steer the user's terminal"""
        r = self.attempt("""
print(read(proxy(b"CONNECT \\x1b]0;x\\x07evil:443 HTTP/1.1\\r\\n\\r\\n")))
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.sendto(struct.pack(">6H", 7, 256, 1, 0, 0, 0) + b"\\x05\\x1b[2Jx\\4\\n\\rab\\0\\0\\1\\0\\1", ("127.0.0.53", 53))
print(s.recv(600)[3] & 15)
""", "was looked up and is not on the list")
        self.assertNotIn("\x1b", r.err)
        self.assertNotIn("\r", r.err)
