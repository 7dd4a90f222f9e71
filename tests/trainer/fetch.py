#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""`cnntrain fetch` against a local server that fails in every way it can.

    fetch.py CNNTRAIN

Serves Debian's dataset-fashion-mnist; skipped where that is not installed. Prints TAP."""

import filecmp
import http.server
import os
import subprocess
import sys
import tempfile
import threading

REAL = "/usr/share/datasets/fashion-mnist"
NAMES = ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz",
         "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")


class Server(http.server.ThreadingHTTPServer):
    """mode: what goes wrong; requests: (name, Range header) as they came."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.mode, self.requests = "", []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        name, mode, range_ = self.path[1:], self.server.mode, self.headers.get("Range")
        first = not any(n == name for n, _ in self.server.requests)
        self.server.requests.append((name, range_))
        with open(f"{REAL}/{name}", "rb") as f:
            data = f.read()
        if mode == "404" or (mode == "busy" and first):
            self.send_error(404 if mode == "404" else 503)
            return
        if mode == "wrong":
            data = data[:100] + b"?" * (len(data) - 100)
        if mode == "redirect" and first:
            self.send_response(302)
            self.send_header("Location", self.path)
            self.end_headers()
            return
        start = 0
        if range_ and mode != "norange":
            start = int(range_.split("=")[1].split("-")[0])
            if start >= len(data):
                self.send_error(416)
                return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        end = len(data) // 2 if mode in ("cut", "norange") and first else len(data)
        try:
            self.wfile.write(data[start:end])
        except ConnectionError:
            pass  # it wants no more

    def log_message(self, *args):
        pass


def fetch(program, server, folder, mode):
    server.mode, server.requests = mode, []
    return subprocess.run(
        [program, "fetch", "fashion", "--data_dir", folder, "--url",
         f"http://127.0.0.1:{server.server_port}"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)


def whole(folder):
    return all(filecmp.cmp(f"{REAL}/{n}", f"{folder}/FashionMNIST/raw/{n}", shallow=False)
               for n in NAMES)


def check(program, server, mode):
    with tempfile.TemporaryDirectory(prefix="cnntrain-") as folder:
        result = fetch(program, server, folder, mode)
        if mode in ("404", "wrong"):
            assert result.returncode == 1 and result.stderr.count("\n") == 1, result
            assert ("404" if mode == "404" else "checksum") in result.stderr, result
            assert not any(n in os.listdir(f"{folder}/FashionMNIST/raw") for n in NAMES)
            result = fetch(program, server, folder, "")
        assert result.returncode == 0, result
        assert whole(folder)
        ranges = [r for _, r in server.requests if r]
        assert bool(ranges) == (mode in ("cut", "norange")), server.requests
        fetch(program, server, folder, "")
        assert not server.requests, "fetched again what was there"


def check_old_part(program, server):
    """A left-over part of something else does not stand in the way."""
    with tempfile.TemporaryDirectory(prefix="cnntrain-") as folder:
        os.makedirs(f"{folder}/FashionMNIST/raw")
        with open(f"{folder}/FashionMNIST/raw/{NAMES[3]}.part", "wb") as f:
            f.write(b"something else")
        assert fetch(program, server, folder, "").returncode == 0
        assert whole(folder)


def main():
    program, server = os.path.abspath(sys.argv[1]), Server()
    if not os.path.exists(f"{REAL}/{NAMES[3]}"):
        print("1..1\nok 1 - fetch # SKIP dataset-fashion-mnist is not installed")
        return 0
    modes, failed = ("", "cut", "norange", "busy", "redirect", "404", "wrong", "old part"), 0
    print(f"1..{len(modes)}")
    for i, mode in enumerate(modes, 1):
        try:
            if mode == "old part":
                check_old_part(program, server)
            else:
                check(program, server, mode)
            print(f"ok {i} - {mode or 'a good server'}")
        except AssertionError as error:
            print(f"not ok {i} - {mode}\n# {error!r}")
            failed += 1
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
