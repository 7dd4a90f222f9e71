# SPDX-License-Identifier: MIT
"""What the tests of builds share: a project that builds an image, what is in that image, and
what was asked of the engine for it."""
import hashlib
import io
import os
import socket
import tarfile
import threading

import kit
from engine_api import UnixConnection


def tree(image):
    """{path: everything that matters} of /ctx in an image."""
    status, made = kit.engine.call("POST", "/containers/create", {"Image": image, "Cmd": ["x"]})
    assert status == 201, made
    c = UnixConnection(kit.SOCKET)
    c.request("GET", "/v1.41/containers/%s/archive?path=/ctx" % made["Id"])
    data = c.getresponse().read()
    c.close()
    kit.engine.remove(made["Id"])
    found = {}
    with tarfile.open(fileobj=io.BytesIO(data)) as t:
        for m in t:
            text = t.extractfile(m).read() if m.isfile() else b""
            found[m.name] = (m.type, oct(m.mode), m.size, m.linkname, m.uid, m.gid,
                             hashlib.sha256(text).hexdigest())
    return found


def own_base(ref, image, uid=None, url="unix://" + kit.SOCKET):
    """Gives image the name of a base, as if cnnrun had made it."""
    kit.engine.call("POST", "/images/%s/tag?repo=%s&tag=%s" % ((image,) + tuple(ref.split(":"))))
    cache = os.path.join(kit.environment(uid)["HOME"], ".cache/cnnrun")
    path = os.path.join(cache, "bases", hashlib.sha256(("%s\n%s" % (url, ref)).encode()).hexdigest())
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(kit.engine.get("/images/%s/json" % image)["Id"])
    if uid:
        for p in cache, os.path.dirname(path), path:
            os.chown(p, uid, uid)
        os.chown(os.path.dirname(cache), uid, uid)


class Recorder:
    """A socket that passes everything on to the engine and keeps the request lines."""

    def __init__(self, path):
        self.path = path
        self.lines = []
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(path)
        self.server.listen()
        self.server_thread = threading.Thread(target=self.serve, daemon=True)
        self.server_thread.start()

    def serve(self):
        while True:
            try:
                client = self.server.accept()[0]
            except OSError:
                return
            there = socket.socket(socket.AF_UNIX)
            there.connect(kit.SOCKET)
            for a, b, keep in (client, there, True), (there, client, False):
                threading.Thread(target=self.carry, args=(a, b, keep), daemon=True).start()

    def carry(self, a, b, keep):
        begun = b""  # a line comes in as many pieces as it likes
        try:
            while data := a.recv(1 << 16):
                if keep:
                    *whole, begun = (begun + data).split(b"\r\n")
                    self.lines += [s for s in whole if s.endswith(b" HTTP/1.1")]
                b.sendall(data)
            b.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def builds(self):
        return [s for s in self.lines if b"/build?" in s]

    def close(self):
        """Waits for who accepts: it would take what comes to the next socket of this number."""
        self.server.shutdown(socket.SHUT_RDWR)
        self.server_thread.join()
        self.server.close()


class Building(kit.Case):
    builder = "1"

    def setUp(self):
        super().setUp()
        self.addCleanup(self.remove_images)
        self.state = os.path.join(self.project, "state")

    @staticmethod
    def remove_images():
        for tag in "kit-ours", "kit-theirs":
            kit.engine.call("DELETE", "/images/%s?force=1" % tag)

    def recorder(self):
        recorder = Recorder(os.path.join(kit.SCRATCH, "recorder.sock"))
        self.addCleanup(os.unlink, recorder.path)
        self.addCleanup(recorder.close)
        return recorder

    def allow(self):
        """By the user, in a store of the test's own."""
        r = self.run_cnnrun("allow", "./cnnrun.lua", granted=False, env={"XDG_STATE_HOME": self.state})
        self.assertEqual(r.code, 0, r.err)

    def build(self, *calls, env=None, **more):
        self.profile(*(calls or ('c:build { tag = "kit-ours", context = "ctx" }',)), image=None)
        return self.run_cnnrun("build", "./cnnrun.lua",
                               env=dict(env or {}, DOCKER_BUILDKIT=self.builder), **more)
