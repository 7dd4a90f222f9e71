# SPDX-License-Identifier: MIT
"""A registry in a bad way: a real one behind something that answers in its place a number of
times, as a busy, broken or lying one does. No real one does so on demand."""
import http.client
import json
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def errors(code, message):
    return json.dumps({"errors": [{"code": code, "message": message}]})


def answer(status, body, **head):
    """How to answer with these: a function of the handler."""
    def give(handler):
        data = body.encode()
        handler.send_response(status)
        for name, value in dict({"Content_Type": "application/json"}, **head).items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(data)
    return give


def reset(handler):
    """The connection is torn."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def hang_up(handler):
    """It is closed before an answer."""
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


HTML = "<html><body>Bad gateway</body></html>"
LIMIT = answer(429, errors("TOOMANYREQUESTS", "You have reached your pull rate limit."))
SOON = answer(429, errors("TOOMANYREQUESTS", "retry-after: 1.5s, allowed: 44000/minute"), Retry_After="2")
LATER = answer(429, errors("TOOMANYREQUESTS", "retry-after: 2h0m0s, allowed: 1/day"), Retry_After="7200")
ILL = {
    "500": answer(500, errors("UNKNOWN", "backend is down")),
    "502 in HTML": answer(502, HTML, Content_Type="text/html"),
    "503": answer(503, errors("UNAVAILABLE", "service unavailable")),
    "504 in silence": answer(504, ""),
    "a torn connection": reset,
    "a closed connection": hang_up,
    "429": LIMIT,
}
FINAL = {
    "400": answer(400, errors("UNSUPPORTED", "the operation is unsupported")),
    "403": answer(403, errors("DENIED", "requested access to the resource is denied")),
    "404": answer(404, errors("MANIFEST_UNKNOWN", "manifest unknown")),
    "200 in HTML": answer(200, "<html><body>Log in to the network</body></html>", Content_Type="text/html"),
}


class Shaky:
    """.host; each(handler) says how a request is answered, None = as the real one does."""

    def __init__(self, case, real=None):
        self.real, self.asked, self.each = real, [], lambda handler: None
        shaky = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                shaky.asked.append((self.command, self.path))
                give = shaky.each(self)
                if give:
                    give(self)
                else:
                    shaky.forward(self)

            do_HEAD = do_POST = do_PUT = do_PATCH = do_GET

            def log_message(self, *words):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        case.addCleanup(server.server_close)
        case.addCleanup(server.shutdown)
        self.host = "127.0.0.1:%d" % server.server_port

    def forward(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        if handler.headers.get("Transfer-Encoding") == "chunked":
            while True:
                n = int(handler.rfile.readline(), 16)
                body += handler.rfile.read(n)
                handler.rfile.readline()
                if not n:
                    break
        head = {k: v for k, v in handler.headers.items() if k.lower() not in ("transfer-encoding", "content-length")}
        c = http.client.HTTPConnection(self.real, timeout=30)
        c.request(handler.command, handler.path, body or None, head)
        r = c.getresponse()
        data = r.read()
        handler.send_response(r.status)
        for k, v in r.getheaders():
            if k.lower() not in ("transfer-encoding", "connection"):
                handler.send_header(k, v)
        handler.end_headers()
        handler.wfile.write(data)
        c.close()

    def ill(self, how, times, when=lambda handler: True):
        """The next times requests for which when(handler) are answered so."""
        left = [times]

        def each(handler):
            if left[0] and when(handler):
                left[0] -= 1
                return how
            return None
        self.each = each


def manifest(handler):
    """Is it about a manifest, when it is read?"""
    return handler.command in ("GET", "HEAD") and "/manifests/" in handler.path
