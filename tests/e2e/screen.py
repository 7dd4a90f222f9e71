# SPDX-License-Identifier: MIT
"""What a user sees: cnnrun on a pseudo-terminal before a model of a screen."""
import os
import select
import sys
import time

from pty_session import Session

try:
    import pyte
except ImportError:  # another Python than Debian's, whose module is of any Python
    sys.path.append("/usr/lib/python3/dist-packages")
    import pyte


class Screen(Session):
    def __init__(self, *args, rows=24, cols=80, **more):
        self.screen = pyte.HistoryScreen(cols, rows, history=5000)
        self.stream = pyte.ByteStream(self.screen)
        super().__init__(*args, rows=rows, cols=cols, **more)

    def resize_window(self, rows, cols):
        self.screen.resize(rows, cols)
        self.resize(rows, cols)

    def lines(self):
        """What is on the screen, without blanks at the ends."""
        return [line.rstrip() for line in self.screen.display]

    def text(self):
        """The same as one line."""
        return " ".join(" ".join(self.lines()).split())

    def feed(self):
        """What has come; False at the end of it."""
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.stream.feed(data)
        self.seen += data.decode(errors="replace")
        return bool(data)

    def see(self, text, seconds=20):
        """Waits until text is on the screen, and what comes with it."""
        end = time.monotonic() + seconds
        while text not in self.text():
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.master], [], [], left)[0] or not self.feed():
                raise AssertionError("%r is not on the screen:\n%s" % (text, "\n".join(self.lines())))
        return self.lines()
