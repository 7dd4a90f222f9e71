# SPDX-License-Identifier: MIT
"""The whole program against an engine that lies once: every call of a launch, with every
wrong reply, in little memory. tests/c/test_engine_hostile.c has more kinds of them, and
silence, for each call by itself."""
import matrix

CALLS = {
    "ping": ("GET /_ping", "run"),
    "info": ("GET /v[0-9.]+/info", "run"),
    "image": ("GET /v[0-9.]+/images/[^/]+/json", "run"),
    "pull": ("POST /v[0-9.]+/images/create", "pull"),
    "build": ("POST /v[0-9.]+/build", "build"),
    "create": ("POST /v[0-9.]+/containers/create", "run"),
    "archive get": ("GET /v[0-9.]+/containers/[^/]+/archive", "run"),
    "archive put": ("PUT /v[0-9.]+/containers/[^/]+/archive", "run"),
    "attach": ("POST /v[0-9.]+/containers/[^/]+/attach", "run"),
    "wait": ("POST /v[0-9.]+/containers/[^/]+/wait", "run"),
    "start": ("POST /v[0-9.]+/containers/[^/]+/start", "run"),
    "resize": ("POST /v[0-9.]+/containers/[^/]+/resize", "run"),
    "kill": ("POST /v[0-9.]+/containers/[^/]+/kill", "run"),
    "remove": ("DELETE /v[0-9.]+/containers/", "end"),
    "exec create": ("POST /v[0-9.]+/containers/[^/]+/exec", "exec"),
    "exec start": ("POST /v[0-9.]+/exec/[^/]+/start", "exec"),
}
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
WRONG = {
    "nothing": (b"", b""),
    "cut off": (OK + b"Content-Length: 100\r\n\r\n{\"Id\":", b""),
    "endless head": (b"HTTP/1.1 200 OK\r\n", b"x: y\r\n"),
    "endless body": (OK + b"\r\n\"", b"x" * 60),
    "no JSON": (OK + b"Content-Length: 9\r\n\r\n\x1b[2Jhello", b""),
    "no UTF-8": (OK + b"\r\n{\"Id\":\"\xff\xc0\x80\",\"message\":\"\xfe\"}", b""),
    "wrong types": (OK + b"\r\n{\"Id\":[5],\"Config\":[],\"StatusCode\":\"x\",\"Warnings\":7}", b""),
    "an error with bad words": (b"HTTP/1.1 500 No\r\n\r\n{\"message\":\"\\u001b]0;x\\u0007\\n\\n\\u009b1m\"}", b""),
    "another protocol": (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b""),
}
MEMORY = 512 << 20


class Lie(matrix.Case):
    def __init__(self, world, call, wrong):
        super().__init__(world, call, "answered by " + wrong, "", CALLS[call][1])
        self.pattern, self.reply = CALLS[call][0], WRONG[wrong]

    def reach(self):
        w = self.world
        self.forget()
        self.proxy = w.engine
        if self.step == "kill":
            self.session = self.start()
            self.session.expect("up")
        w.engine.instead(self.pattern, *self.reply)
        if self.step != "kill":
            self.session = self.start()

    def start(self):
        return self.world.launch(self.kind, before=["prlimit", "--as=%d" % MEMORY])

    def die(self):
        """Nobody does; a launch that a wrong reply does not hinder is told to end."""

    def finish(self):
        try:
            self.wait(3)
        except AssertionError:
            self.session.process.terminate()
        self.wait(30)
        status = self.session.process.returncode
        if status not in (0, 1, 125, 137, 143, -15):
            self.problem("ended with status %d", status)
        self.world.engine.fault = None
        if self.step == "remove":  # what an engine says it removed is taken as removed
            for name in self.world.containers():
                self.world.api.remove(name)

    def check_words(self):
        if self.step not in ("attach", "exec start"):  # there it is the program's output
            super().check_words()


def every():
    for call in CALLS:
        for wrong in WRONG:
            yield lambda w, c=call, k=wrong: Lie(w, c, k)


def some():
    """Each call once, each kind of lie as well."""
    kinds = list(WRONG)
    for i, call in enumerate(CALLS):
        yield lambda w, c=call, k=kinds[i % len(kinds)]: Lie(w, c, k)
