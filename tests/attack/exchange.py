# SPDX-License-Identifier: MIT
"""What another container of the same user does to a directory that it may write: two names
are exchanged, in exact moments or without end."""
import contextlib
import ctypes
import os
import re
import threading

import kit
import moments

AT_FDCWD, EXCHANGE = -100, 2
START = "POST .*/start"
libc = ctypes.CDLL(None, use_errno=True)


def exchange(a, b):
    """Both names at once, as renameat2 does it."""
    if libc.renameat2(AT_FDCWD, os.fsencode(a), AT_FDCWD, os.fsencode(b), EXCHANGE):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), a)


class Exchanger(moments.EngineProxy):
    """The engine, before which a and b are exchanged whenever such a request comes, and
    back when it was answered."""

    def __init__(self, path, a, b, at=START, upstream=kit.SOCKET, back=True):
        self.names, self.at, self.n = (a, b), at, 0
        self.when_exchanged = ("before", "after") if back else ("before",)
        super().__init__(path, upstream)

    def held(self, what, when):
        if when in self.when_exchanged and re.search(self.at, what):
            self.n += 1
            exchange(*self.names)
        super().held(what, when)


@contextlib.contextmanager
def endlessly(a, b, pause=lambda: 0):
    """Exchanges a and b after each pause, until the end of the block."""
    ended = threading.Event()

    def loop():
        while not ended.wait(pause()):
            with contextlib.suppress(OSError):
                exchange(a, b)

    t = threading.Thread(target=loop)
    t.start()
    try:
        yield
    finally:
        ended.set()
        t.join()
