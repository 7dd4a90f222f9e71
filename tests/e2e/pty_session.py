# SPDX-License-Identifier: MIT
"""cnnrun on a real pseudo-terminal, as a user sits before it."""
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time

import kit


class Session:
    def __init__(self, *args, rows=24, cols=80, uid=None, cwd=kit.DEMO, env=None, before=(),
                 around=(), granted=True):
        if granted:
            kit.grant(*args, uid=uid, env=env, cwd=cwd)
        self.master, self.slave = pty.openpty()
        self.resize(rows, cols)
        if uid:
            os.fchown(self.slave, uid, uid)
        self.before = termios.tcgetattr(self.slave)
        self.seen = ""
        self.process = subprocess.Popen(
            kit.command(args, uid, before, around), stdin=self.slave, stdout=self.slave, stderr=self.slave,
            cwd=cwd, env=kit.environment(uid, TERM="xterm", **(env or {})),
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))

    def resize(self, rows, cols):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def send(self, text):
        os.write(self.master, text.encode())

    def expect(self, text, seconds=60):
        """Reads until text has come; returns what came before it and drops both."""
        end = time.monotonic() + seconds
        while text not in self.seen:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.master], [], [], left)[0]:
                raise AssertionError("%r did not come; there was %r" % (text, self.seen))
            try:
                data = os.read(self.master, 65536)
            except OSError:
                data = b""
            if not data:
                raise AssertionError("the session ended before %r; there was %r" % (text, self.seen))
            self.seen += data.decode(errors="replace")
        head, self.seen = self.seen.split(text, 1)
        return head

    def wait(self, seconds=60):
        """The exit status, whatever is still printed meanwhile."""
        end = time.monotonic() + seconds
        while self.process.poll() is None:
            if select.select([self.master], [], [], 0.05)[0]:
                self.seen += os.read(self.master, 65536).decode(errors="replace")
            if time.monotonic() > end:
                raise AssertionError("the session does not end; there was %r" % self.seen)
        self.drain()
        return self.process.returncode

    def drain(self):
        """What is still to be read after the end."""
        while select.select([self.master], [], [], 0)[0]:
            data = os.read(self.master, 65536)
            if not data:
                break
            self.seen += data.decode(errors="replace")

    def restored(self):
        return termios.tcgetattr(self.slave) == self.before

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)
