# SPDX-License-Identifier: MIT
"""kubectl without a cluster: the types of its own, strictly, and which kinds there are. No API server
is to be had; this one answers that question alone, and whatever else is asked of it is an error."""
import http.server
import json
import os
import subprocess
import threading

import kit

HERE = os.path.dirname(os.path.abspath(__file__))
KINDS = {"v1": [("services", "Service"), ("secrets", "Secret")], "batch/v1": [("jobs", "Job")],
         "jobset.x-k8s.io/v1alpha2": [("jobsets", "JobSet")]}
CONFIG = """apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
users: [{name: u, user: {}}]
current-context: c
"""


def group(name):
    version = {"groupVersion": name, "version": name.split("/")[1]}
    return {"name": name.split("/")[0], "versions": [version], "preferredVersion": version}


class Discovery(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.split("?")[0]
        name = path.replace("/apis/", "").replace("/api/", "")
        if path == "/api":
            body = {"kind": "APIVersions", "versions": ["v1"]}
        elif path == "/apis":
            body = {"kind": "APIGroupList", "apiVersion": "v1", "groups": [group(n) for n in KINDS if "/" in n]}
        elif name in KINDS:
            body = {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": name, "resources": [
                {"name": plural, "kind": kind, "namespaced": True, "verbs": ["create"]} for plural, kind in KINDS[name]]}
        else:
            return self.send_error(404)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())
        return None

    def log_message(self, *_):
        pass


class Kubectl:
    def __init__(self, top):
        self.program = kit.tool(HERE + "/kubectl.sh").strip()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Discovery)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.env = dict(os.environ, KUBECONFIG=top + "/kubeconfig", HOME=top)
        self.env.pop("http_proxy", None)
        with open(self.env["KUBECONFIG"], "w") as f:
            f.write(CONFIG % self.server.server_port)

    def end(self):
        self.server.shutdown()
        self.server.server_close()

    def run(self, *words, text):
        return subprocess.run((self.program,) + words, input=text, env=self.env, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=False)

    def said(self, *words, text):
        r = self.run(*words, text=text)
        assert r.returncode == 0, r.stderr
        return r.stdout

    def objects(self, text):
        """As they are written, whatever they hold: each document by itself."""
        return [json.loads(self.said("annotate", "--local", "-f", "-", "cnnrun-test=1", "-o", "json", text=part))
                for part in text.split("---\n")]

    def typed(self, o):
        """What is left of an object in the types of Kubernetes: a field that they have not is gone, a value of
        another type an error."""
        change = ("selector", "a=b") if o["kind"] == "Service" else ("serviceaccount", "test")
        return json.loads(self.said("set", change[0], "--local", "-f", "-", "-o", "json", *change[1:], text=json.dumps(o)))


def lost(a, b, at=""):
    """What a has and b has not, as paths."""
    if isinstance(a, dict) and isinstance(b, dict):
        return [p for k, v in a.items() for p in (lost(v, b[k], at + "/" + k) if k in b else [at + "/" + k])]
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return [p for i, v in enumerate(a) for p in lost(v, b[i], "%s/%d" % (at, i))]
    return [] if a == b else ["%s: %r is %r" % (at, a, b)]
