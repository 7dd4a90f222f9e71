# SPDX-License-Identifier: MIT
"""Attempts on the ways between here and an engine behind ssh: the display's socket over there, and ports. The code
before had neither, so all of it was held there: it refused them."""
import contextlib
import glob
import os
import re
import socket
import struct
import subprocess
import sys

import kit

sys.path.insert(0, os.path.join(kit.TOP, "tests/e2e"))
import far_kit  # noqa: E402

OTHER = 1001

# What a client says first, with a cookie or none; then what the server answers.
CLIENT = """
import socket, struct, sys
path, name, data = sys.argv[1], sys.argv[2].encode(), bytes.fromhex(sys.argv[3])
s = socket.socket(socket.AF_UNIX)
s.settimeout(10)
try:
    s.connect(path)
    pad = lambda b: b + bytes(-len(b) % 4)
    s.sendall(struct.pack("<BxHHHHxx", 0x6c, 11, 0, len(name), len(data)) + pad(name) + pad(data))
    print("answer", s.recv(1)[0])
except (OSError, IndexError) as e:
    print(type(e).__name__)
"""
MAGIC = "MIT-MAGIC-COOKIE-1"


def runtime(pattern):
    return glob.glob(os.environ["XDG_RUNTIME_DIR"] + pattern)


class Sockets(far_kit.Far):
    """The display's socket while a container over there has it."""

    def setUp(self):
        super().setUp()
        self.profile("c:user { uid = 12, gid = 12 }", "c:display()")
        self.allow("./cnnrun.lua")
        kit.tool("xhost", "+si:localuser:root")  # as sessions do: who comes as this user needs no cookie
        self.addCleanup(kit.tool, "xhost", "-si:localuser:root")
        self.p = self.begin("./cnnrun.lua", "--", "sleep", "300")
        self.name = self.new_container()
        (self.there,) = glob.glob("/tmp/cnnrun-[0-9]*-*/x") + runtime("/cnnrun-*/x")
        (self.here,) = runtime("/cnnrun/*.files/x")

    def tearDown(self):
        self.p.terminate()
        self.p.wait(30)
        super().tearDown()

    def check_traces(self):
        kit.tool("xhost", "-si:localuser:root")
        super().check_traces()

    def client(self, path, name="", data="", uid=0):
        words = ["setpriv", "--reuid", str(uid), "--regid", str(uid), "--clear-groups"] if uid else []
        r = subprocess.run([*words, "python3", "-c", CLIENT, path, name, data], stdout=subprocess.PIPE, text=True,
                           check=True)
        return r.stdout.strip()

    def cookie(self):
        """The one that the container has."""
        data = subprocess.run(["docker", "-H", "unix://" + kit.SOCKET, "cp", self.name + ":/etc/cnnrun/Xauthority", "-"],
                              stdout=subprocess.PIPE, check=True).stdout
        at = data.index(MAGIC.encode()) + len(MAGIC)
        n = struct.unpack(">H", data[at:at + 2])[0]
        return data[at + 2:at + 2 + n].hex()

    def test_other_user(self):
        """another user of that machine, or of this one, connects"""
        for path in self.there, self.here:
            self.assertEqual(os.stat(os.path.dirname(path)).st_mode & 0o777, 0o700)
            self.assertEqual(self.client(path, uid=OTHER), "PermissionError")

    def test_without_cookie(self):
        """whoever got to the socket, and has no cookie, the wrong one, or much of one"""
        right = self.cookie()
        wrong = "%032x" % (int(right, 16) ^ 1)
        for path in self.there, self.here:
            for name, data in (("", ""), (MAGIC, ""), (MAGIC, wrong), (MAGIC, right[:-2]), (MAGIC, right + "00"),
                               (MAGIC[:-1], right), (MAGIC, "00" * 16), ("XDM-AUTHORIZATION-1", right),
                               ("x" * 60000, ""), ("", "00" * 5000)):
                self.assertIn(self.client(path, name, data), ("answer 0", "ConnectionResetError", "BrokenPipeError",
                                                              "IndexError"), (name[:20], data[:20]))
            self.assertEqual(self.client(path, MAGIC, right), "answer 1")

    def test_cookie_of_the_run(self):
        """what the container learns is good at this socket alone: the X server does not know it"""
        theirs = self.cookie()
        kit.tool("xhost", "-si:localuser:root")
        number = os.environ["DISPLAY"].split(":")[1].split(".")[0]
        self.assertEqual(self.client("/tmp/.X11-unix/X" + number, MAGIC, theirs), "answer 0")
        self.assertEqual(self.client(self.there, MAGIC, theirs), "answer 1")
        listed = kit.tool("xauth", "list")
        self.assertNotIn(theirs, listed)
        for mine in re.findall("[0-9a-f]{32}", listed):  # and the server's own is none here
            self.assertEqual(self.client(self.there, MAGIC, mine), "answer 0")

    def test_made_by_itself(self):
        """a cookie that a client of it has the X server make (SECURITY) outlives it, or leads in at the next"""
        text = self.cookie()
        own = os.path.join(self.project, "own")
        display = "unix:" + os.environ["DISPLAY"].split(":")[1]
        with contextlib.suppress(Exception):
            kit.tool("xauth", "-f", own, "generate", os.environ["DISPLAY"], ".", "trusted", "timeout", "0")
        made = re.findall("[0-9a-f]{32}", kit.tool("xauth", "-f", own, "list"))
        self.assertTrue(made, display)
        for its in made:
            self.assertNotEqual(its, text)
            self.assertEqual(self.client(self.there, MAGIC, its), "answer 0")

    def test_hosts(self):
        """the display's list of users is as it was, while it runs"""
        self.assertEqual(set(kit.x_hosts()) - set(self.before["X hosts"]), {"SI:localuser:root"})


class Ports(far_kit.Far):
    def begin_with(self, *calls):
        self.profile("c:user { uid = 12, gid = 12 }", *calls)
        self.allow("./cnnrun.lua")
        p = self.begin("./cnnrun.lua", "--", "sleep", "300")
        self.new_container()
        return p

    def listening(self):
        """Addresses at which ssh's of this side listen."""
        masters = self.masters()
        found = set()
        for line in kit.tool("ss", "-Hlntp").splitlines():
            if any("pid=%d," % pid in line for pid in masters):
                found.add(line.split()[3])
        return found

    def test_all_addresses(self):
        """what is led to from here is open to the network, here or there"""
        port = far_kit.free_port()
        p = self.begin_with('c:port "%d:80"' % port)
        kit.wait_for(self.listening, 30, "the port")
        self.assertEqual(self.listening(), {"127.0.0.1:%d" % port})
        (name,) = kit.engine.containers()
        for its in kit.engine.inspect(name)["NetworkSettings"]["Ports"].values():
            self.assertEqual({b["HostIp"] for b in its}, {"127.0.0.1"})
        p.terminate()
        p.wait(30)

    def test_users_gateway(self):
        """forwards for all addresses, by the user's own configuration of ssh"""
        config = far_kit.CONFIG % self.names
        port = far_kit.free_port()
        self.file("config", config.replace("User root", "User root\n  GatewayPorts yes\n"
                                           "  LocalForward 0.0.0.0:%d 127.0.0.1:1" % far_kit.free_port()))
        self.addCleanup(self.file, "config", config)
        p = self.begin_with('c:port "%d:80"' % port)
        kit.wait_for(self.listening, 30, "the port")
        self.assertEqual(self.listening(), {"127.0.0.1:%d" % port})
        p.terminate()
        p.wait(30)

    def test_another(self):
        """a port of a profile's leads to something else over there than what was published"""
        with socket.create_server(("127.0.0.1", 0)) as s:
            theirs = s.getsockname()[1]  # another's service, at the number that the profile says
            s.settimeout(1)
            self.profile("c:user { uid = 12, gid = 12 }", 'c:port "%d:%d"' % (theirs, theirs))
            r = self.on("./cnnrun.lua", "--", "true")
            self.assertEqual(r.code, 125)  # here it is taken; over there it is another number
            for bad in ('c:port "127.0.0.1:80:127.0.0.1:22"', 'c:port "/tmp/x:80"', 'c:port "8080:/run/docker.sock"',
                        'c:port { container = 80, host_ip = "127.0.0.1:22:x" }', 'c:port { container = 80, host_ip = "*" }',
                        'c:port { container = 80, host_ip = "-oProxyCommand=x" }', 'c:port "localhost:8080:80"'):
                self.profile("c:user { uid = 12, gid = 12 }", bad)
                r = self.on("./cnnrun.lua", "--", "true")
                self.assertEqual(r.code, 125, bad)
                self.assertRegex(r.err, r"\Acnnrun: error: [^\n]*\n\Z")
            with self.assertRaises(TimeoutError):
                s.accept()

    def test_place_laid(self):
        """over there somebody else was first: links in the way are not followed, nothing of others' is removed"""
        target = os.path.join(self.project, "target")
        os.mkdir(target)
        open(target + "/x", "w").close()
        self.unplug()
        fake = os.path.join(self.project, "mkdir")
        self.write("mkdir", "#!/bin/sh\nln -s %s \"$1\"\nexec /bin/mkdir \"$@\"\n" % target, 0o755)
        self.assertTrue(os.path.exists(fake))
        self.file("sshd", (far_kit.SSHD % self.names).replace("SetEnv ", "SetEnv PATH=%s:/usr/bin:/bin " % self.project))
        self.plug()
        self.addCleanup(self.restore)
        self.profile("c:user { uid = 12, gid = 12 }", "c:display()")
        self.allow("./cnnrun.lua")
        r = self.on("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 125)
        self.assertRegex(r.err, r"\Acnnrun: error: [^\n]*\n\Z")
        self.assertEqual(os.listdir(target), ["x"])
        for link in glob.glob("/tmp/cnnrun-[0-9]*-*") + runtime("/cnnrun-*"):
            if os.path.islink(link):
                os.unlink(link)

    def restore(self):
        self.unplug()
        self.file("sshd", far_kit.SSHD % self.names)
        self.plug()


if __name__ == "__main__":
    import unittest
    unittest.main()
