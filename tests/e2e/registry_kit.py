# SPDX-License-Identifier: MIT
"""A registry of this machine that wants a login, and a docker configuration that has it."""
import base64
import json
import os
import shutil
import socket
import subprocess

import kit
from engine_api import UnixConnection


class Registry:
    def __init__(self, case, address="127.0.0.1", tls=False):
        with socket.socket() as s:
            s.bind((address, 0))
            self.host = "%s:%d" % (address, s.getsockname()[1])
        place = os.path.join(case.project, "registry")
        case.addCleanup(shutil.rmtree, place, True)
        os.mkdir(place)
        with open(place + "/htpasswd", "w") as f:
            f.write(kit.tool("htpasswd", "-nbB", "me", "pw"))
        with open(place + "/config.yml", "w") as f:
            f.write("version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: %s/data}}\n"
                    "http: {addr: '%s'%s}\nauth: {htpasswd: {realm: r, path: %s/htpasswd}}\n"
                    % (place, self.host, self.certify(place, address) if tls else "", place))
        p = subprocess.Popen(["docker-registry", "serve", place + "/config.yml"],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.kill, self.wait = p.kill, p.wait
        case.addCleanup(p.wait)
        case.addCleanup(p.kill)
        kit.wait_for(self.answers, 30, "the registry")
        self.config = os.path.join(case.project, "config")
        case.write("config/config.json", json.dumps({"auths": {
            self.host: {"auth": base64.b64encode(b"me:pw").decode()}}}))

    def certify(self, place, address):
        """A certificate that vouches for itself; where it is, as the registry is told."""
        self.certificate = place + "/own.crt"
        kit.tool("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                 "-days", "2", "-subj", "/CN=registry", "-addext", "subjectAltName=IP:" + address,
                 "-keyout", place + "/own.key", "-out", self.certificate, stderr=subprocess.DEVNULL)
        return ", tls: {certificate: %s, key: %s/own.key}" % (self.certificate, place)

    def answers(self):
        host, port = self.host.split(":")
        with socket.socket() as s:
            return s.connect_ex((host, int(port))) == 0

    def push(self, name, image="busybox"):
        """A copy of the image that is there only; its reference."""
        ref = self.host + "/" + name
        auth = base64.b64encode(json.dumps({"username": "me", "password": "pw"}).encode()).decode()
        kit.engine.call("POST", "/images/%s/tag?repo=%s&tag=latest" % (image, ref))
        c = UnixConnection(kit.SOCKET)
        c.request("POST", "/images/%s/push?tag=latest" % ref, "", {"X-Registry-Auth": auth})
        reply = c.getresponse().read()
        c.close()
        assert b"errorDetail" not in reply, reply
        kit.engine.call("DELETE", "/images/%s?force=1" % ref)
        return ref


class Private:
    """Beside kit.Case: an image that is the user's alone, .ref, and .config for DOCKER_CONFIG."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(self)
        self.port = int(self.registry.host.split(":")[1])
        self.ref, self.config = self.registry.push("me/private"), self.registry.config
        self.addCleanup(kit.engine.call, "DELETE", "/images/%s?force=1" % self.ref)

    def here(self):
        return kit.engine.call("GET", "/images/%s/json" % self.ref)[0] == 200
