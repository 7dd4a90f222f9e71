# SPDX-License-Identifier: MIT
"""Stops a launch at an exact moment: proxies before the engine and before the X server that
hold one request, or its answer, until the test has done what it wants to."""
import contextlib
import itertools
import os
import re
import select
import socket
import struct
import threading


def close(*sockets):
    for s in sockets:
        with contextlib.suppress(OSError):
            s.shutdown(socket.SHUT_RDWR)
        s.close()


class Reader:
    """Bytes of a socket, as parts of a protocol."""

    def __init__(self, sock):
        self.sock = sock
        self.ahead = b""

    def some(self):
        """What is there next; b"" at the end."""
        if self.ahead:
            data, self.ahead = self.ahead, b""
            return data
        with contextlib.suppress(OSError):
            return self.sock.recv(65536)
        return b""

    def until(self, mark):
        while mark not in self.ahead:
            with contextlib.suppress(OSError):
                data = self.sock.recv(65536)
                if data:
                    self.ahead += data
                    continue
            raise EOFError
        at = self.ahead.index(mark) + len(mark)
        data, self.ahead = self.ahead[:at], self.ahead[at:]
        return data

    def parts(self, n):
        """The next n bytes, in what parts they come."""
        while n:
            data = self.some()
            if not data:
                raise EOFError
            data, rest = data[:n], data[n:]
            self.ahead = rest + self.ahead
            n -= len(data)
            yield data

    def exactly(self, n):
        return b"".join(self.parts(n))


class Proxy:
    """Listens at path, goes on to upstream. arm() says where the next one is held."""

    def __init__(self, path, upstream, mode=0o666):
        self.path, self.upstream = path, upstream
        self.pattern = None
        self.reached, self.go = threading.Event(), threading.Event()
        self.lock = threading.Lock()
        self.ended = False
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        os.chmod(path, mode)
        self.listener.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def arm(self, pattern, when):
        """when: "before" the upstream sees the request, or "after" it answered; "during"
        tells that it has been sent and holds nothing."""
        self.reached.clear()
        self.go.clear()
        self.pattern, self.when = pattern, when

    def release(self):
        self.pattern = None
        self.go.set()

    def held(self, what, when):
        """Called with each request and each answer: waits where it was told to."""
        with self.lock:
            if self.pattern is None or when != self.when or not self.matches(what):
                return
            self.pattern = None
        self.reached.set()
        if when != "during":
            self.go.wait(60)

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client = self.listener.accept()[0]
                threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        server = socket.socket(socket.AF_UNIX)
        with contextlib.suppress(OSError, EOFError, ValueError):
            server.connect(self.upstream)
            self.carry(client, server)
        close(client, server)

    def end(self):
        self.release()
        close(self.listener)
        with contextlib.suppress(OSError):
            os.unlink(self.path)


def pour(source, sink):
    """Everything, to the end, which is passed on as well."""
    with contextlib.suppress(OSError):
        while True:
            data = source.some()
            if not data:
                break
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


class EngineProxy(Proxy):
    """Knows HTTP: pattern is a regular expression for "METHOD /path"."""

    def matches(self, what):
        return re.search(self.pattern, what)

    fault = None

    def instead(self, pattern, reply, flood=b""):
        """The next such request is answered with these bytes, and with flood for ever."""
        self.fault = pattern, reply, flood

    def lie(self, client):
        _, reply, flood = self.fault
        self.fault = None
        with contextlib.suppress(OSError):
            client.sendall(reply)
            while flood:
                client.sendall(flood * 1000)
            client.shutdown(socket.SHUT_WR)
            while client.recv(65536):  # an upload is taken to its end
                pass

    @staticmethod
    def body(head, source, sink, ends=False):
        """Passes on what follows a head."""
        fields = head.lower()
        length = re.search(rb"\ncontent-length: *(\d+)", fields)
        if re.search(rb"\ntransfer-encoding: *chunked", fields):
            size = 1
            while size:
                line = source.until(b"\r\n")
                size = int(line.split(b";")[0], 16)
                sink.sendall(line)
                for data in source.parts(size + 2):
                    sink.sendall(data)
        elif length:
            for data in source.parts(int(length.group(1))):
                sink.sendall(data)
        elif ends:
            pour(source, sink)
            raise EOFError

    def request_body(self, head, client, server, answered):
        """Then watches for a client that goes away, so that the engine hears of it."""
        try:
            self.body(head, client, server)
            watch = select.poll()
            watch.register(client.sock, select.POLLRDHUP)
            while not answered.is_set():
                if watch.poll(50):
                    self.go.wait(0 if self.go.is_set() else 60)
                    close(server)
                    return
        except (OSError, EOFError, ValueError):
            close(server)

    def carry(self, client, server):
        asker, answerer = Reader(client), Reader(server)
        while True:
            head = asker.until(b"\r\n\r\n")
            what = " ".join(head.split(b"\r\n")[0].decode().split()[:2])
            if self.fault and re.search(self.fault[0], what):
                self.lie(client)
                return
            self.held(what, "before")
            server.sendall(head)
            self.held(what, "during")
            answered = threading.Event()
            sender = threading.Thread(target=self.request_body, args=(head, asker, server, answered),
                                      daemon=True)
            sender.start()
            status = 100
            while status == 100:
                reply = answerer.until(b"\r\n\r\n")
                status = int(reply.split()[1])
            self.held(what, "after")
            if status == 101:
                answered.set()
                sender.join()
                client.sendall(reply)
                threading.Thread(target=pour, args=(asker, server), daemon=True).start()
                pour(answerer, client)
                return
            client.sendall(reply)
            if status not in (204, 304) and not what.startswith("HEAD"):
                self.body(reply, answerer, client, ends=True)
            answered.set()
            sender.join()


CHANGE_HOSTS = 109  # opcodes of the X protocol


class DisplayProxy(Proxy):
    """Knows the X protocol: pattern is the number of a request. Takes a free display."""

    def __init__(self, upstream):
        for self.number in itertools.count(1000):
            with contextlib.suppress(OSError):
                super().__init__("/tmp/.X11-unix/X%d" % self.number, upstream, 0o777)
                break

    def matches(self, what):
        return self.pattern == what

    def carry(self, client, server):
        asker, answerer = Reader(client), Reader(server)
        wanted = []
        setup = asker.exactly(12)
        order = "<" if setup[:1] == b"l" else ">"
        name, data = struct.unpack(order + "HH", setup[6:10])
        server.sendall(setup + asker.exactly((name + 3) // 4 * 4 + (data + 3) // 4 * 4))
        threading.Thread(target=self.answers, args=(answerer, client, wanted), daemon=True).start()
        while True:
            head = asker.exactly(4)
            length = struct.unpack(order + "H", head[2:])[0]
            self.held(head[0], "before")
            wanted.append(head[0])
            server.sendall(head + asker.exactly(length * 4 - 4))
            self.held(head[0], "during")

    def answers(self, answerer, client, wanted):
        """An answer comes after the requests it answers: close enough for one to be held."""
        while True:
            data = answerer.some()
            for what in wanted[:]:
                self.held(what, "after")
            del wanted[:]
            if not data:
                close(client)
                return
            with contextlib.suppress(OSError):
                client.sendall(data)
