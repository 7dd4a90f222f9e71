# SPDX-License-Identifier: MIT
"""A registry that wants a password, with an image, and a user who has one."""
import base64
import json
import os
import shutil
import socket
import subprocess

import kit
from engine_api import UnixConnection


class Private:
    """Beside kit.Case: .port, .ref, and .config for DOCKER_CONFIG."""

    def setUp(self):
        super().setUp()
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.start_registry(os.path.join(self.project, "registry"))
        self.ref = "127.0.0.1:%d/me/private" % self.port
        auth = base64.b64encode(json.dumps({"username": "me", "password": "pw"}).encode()).decode()
        self.push(auth)
        self.config = os.path.join(self.project, "config")
        self.write("config/config.json", json.dumps({"auths": {
            "127.0.0.1:%d" % self.port: {"auth": base64.b64encode(b"me:pw").decode()}}}))
        self.addCleanup(kit.engine.call, "DELETE", "/images/%s?force=1" % self.ref)

    def start_registry(self, place):
        self.addCleanup(shutil.rmtree, place, True)
        os.mkdir(place)
        with open(place + "/htpasswd", "w") as f:
            f.write(kit.tool("htpasswd", "-nbB", "me", "pw"))
        with open(place + "/config.yml", "w") as f:
            f.write("version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: %s/data}}\n"
                    "http: {addr: '127.0.0.1:%d'}\nauth: {htpasswd: {realm: r, path: %s/htpasswd}}\n"
                    % (place, self.port, place))
        self.registry = subprocess.Popen(["docker-registry", "serve", place + "/config.yml"],
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(self.registry.wait)
        self.addCleanup(self.registry.kill)
        kit.wait_for(self.answers, 30, "the registry")

    def answers(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def push(self, auth):
        kit.engine.call("POST", "/images/busybox/tag?repo=%s&tag=latest" % self.ref)
        c = UnixConnection(kit.SOCKET)
        c.request("POST", "/images/%s/push?tag=latest" % self.ref, "", {"X-Registry-Auth": auth})
        self.assertNotIn(b"errorDetail", c.getresponse().read())
        c.close()
        kit.engine.call("DELETE", "/images/%s?force=1" % self.ref)

    def here(self):
        return kit.engine.call("GET", "/images/%s/json" % self.ref)[0] == 200
