# SPDX-License-Identifier: MIT
"""The Engine API as JSON, beside cnnrun."""
import http.client
import json
import os
import socket

SOCKET = os.environ["DOCKER_HOST"][len("unix://"):]


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("engine", timeout=120)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Engine:
    def __init__(self, path=SOCKET):
        self.path = path

    def call(self, method, path, body=None):
        c = UnixConnection(self.path)
        data = None if body is None else json.dumps(body)
        c.request(method, path, data, {"Content-Type": "application/json"})
        reply = c.getresponse()
        text = reply.read()
        c.close()
        return reply.status, json.loads(text) if text.strip() else None

    def get(self, path):
        status, reply = self.call("GET", path)
        if status != 200:
            raise LookupError("%s: %d %s" % (path, status, reply))
        return reply

    def containers(self):
        return {c["Names"][0][1:]: c for c in self.get("/containers/json?all=1")}

    def inspect(self, name):
        return self.get("/containers/%s/json" % name)

    def remove(self, name):
        self.call("DELETE", "/containers/%s?force=1&v=1" % name)

    def networks(self):
        return {n["Name"] for n in self.get("/networks")}

    def volumes(self):
        return {v["Name"] for v in self.get("/volumes")["Volumes"] or []}


engine = Engine()
