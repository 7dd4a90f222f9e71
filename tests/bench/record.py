# SPDX-License-Identifier: MIT
"""What a client asks of the engine: a proxy that keeps the bodies it sends."""
import os
import re
import socket
import threading


class Recorder:
    """with Recorder(engine socket, own socket) as r: … r.body("POST", "/containers/create")
    look is given what the client says before the engine gets it."""

    def __init__(self, engine, path, look=lambda data: None):
        self.engine, self.path, self.sent, self.look = engine, path, [], look

    def __enter__(self):
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(self.path)
        os.chmod(self.path, 0o666)
        self.server.listen()
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.close()
        os.unlink(self.path)

    def accept(self):
        while True:
            try:
                client = self.server.accept()[0]
            except OSError:
                return
            engine = socket.socket(socket.AF_UNIX)
            engine.connect(self.engine)
            said = bytearray()
            self.sent.append(said)
            for pair in (client, engine, said, self.look), (engine, client, bytearray(), bytes):
                threading.Thread(target=self.copy, args=pair, daemon=True).start()

    @staticmethod
    def copy(source, to, kept, look):
        try:
            while data := source.recv(65536):
                kept += data
                look(data)
                to.sendall(data)
            to.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def body(self, method, path):
        """Of the first request whose path matches; b"" when there was none."""
        for said in self.sent:
            for m in re.finditer(rb"%s /v[0-9.]+%s.*?\r\n\r\n" % (method.encode(), path.encode()),
                                 bytes(said), re.DOTALL):
                length = int(re.search(rb"(?i)content-length: (\d+)", m.group()).group(1))
                return bytes(said[m.end():m.end() + length])
        return b""
