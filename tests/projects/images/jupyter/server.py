#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes a notebook in the working directory when it is asked, and keeps settings at home."""
import http.server
import os

SETTINGS = os.path.expanduser("~/.jupyter/settings")
TOKEN = "0af3"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        ok = "token=" + TOKEN in self.path
        if ok:
            with open("Untitled.ipynb", "w") as f:
                f.write("{}")
            os.makedirs(os.path.dirname(SETTINGS), exist_ok=True)
            with open(SETTINGS, "a") as f:
                f.write("x")
        self.send_response(200 if ok else 403)
        self.end_headers()
        self.wfile.write(b"%d" % os.path.getsize(SETTINGS) if ok else b"")

    def log_message(self, *words):
        pass


print("http://127.0.0.1:8888/lab?token=" + TOKEN, flush=True)
http.server.HTTPServer(("", 8888), Handler).serve_forever()
