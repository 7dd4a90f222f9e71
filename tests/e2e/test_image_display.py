# SPDX-License-Identifier: MIT
"""Windows of users that an image brings: root, its own, and root who becomes you."""
import subprocess

import kit
from test_display import colours, windows

IMAGE = "kit-windows"
DOCKERFILE = """FROM demo-cnn:latest
RUN useradd -m -u 1234 app
RUN printf '#!/bin/sh\\nexec setpriv --reuid "$BE" --regid "$BE" --clear-groups "$@"\\n' >/entry && \\
	chmod 755 /entry
"""


class Windows:
    demo = True
    uid = kit.USER
    image = ""  # further lines of the Dockerfile
    calls = 'c:user "image"', 'c:rights "docker"'
    owner = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        subprocess.run(["docker", "build", "-q", "-t", IMAGE, "-"], check=True, text=True,
                       input=DOCKERFILE + cls.image, stdout=subprocess.DEVNULL,
                       env=kit.environment(DOCKER_BUILDKIT="0"))

    @classmethod
    def tearDownClass(cls):
        kit.engine.call("DELETE", "/images/%s?force=1" % IMAGE)
        super().tearDownClass()

    def test_cookie(self):
        """the cookie is that user's, and nobody else's to read"""
        self.profile(*self.calls, "c:display()", image=IMAGE)
        out = self.shell("id -u; stat -c '%u %a' $XAUTHORITY")
        self.assertEqual(out.split(), [str(self.owner)] * 2 + ["600"])

    def test_window(self):
        """xeyes is on the screen with its pixels"""
        self.profile(*self.calls, "c:display()", image=IMAGE)
        p = self.start_cnnrun("./cnnrun.lua", "--", "xeyes")
        w = kit.wait_for(lambda: windows("--class", "XEyes"), 60, "xeyes")[0]
        kit.wait_for(lambda: len(colours(w)) > 1, 20, "something drawn")
        p.terminate()
        p.wait(30)
        kit.wait_for(lambda: not windows("--class", "XEyes"), 30, "its end")


class Root(Windows, kit.Case):
    pass


class Least(Windows, kit.Case):
    calls = ('c:user "image"',)


class Own(Windows, kit.Case):
    image, owner, calls = "USER app\n", 1234, ('c:user "image"',)


class Named(Windows, kit.Case):
    owner, calls = 1234, ('c:user("image", { name = "app" })',)


class BecomesYou(Windows, kit.Case):
    image = 'ENV BE=1000\nENTRYPOINT ["/entry"]\n'
    owner, calls = 1000, ('c:user("image", { becomes = "host" })', 'c:rights "docker"')


class BecomesApp(Windows, kit.Case):
    image = 'ENV BE=1234\nENTRYPOINT ["/entry"]\n'
    owner, calls = 1234, ('c:user("image", { becomes = "app" })', 'c:rights "docker"')

    def test_xhost(self):
        """by the display's list in place of a cookie: it names that user"""
        self.profile(*self.calls, 'c:display "xhost"', image=IMAGE)
        p = self.start_cnnrun("./cnnrun.lua", "--", "sleep", "1000")
        self.new_container()
        self.assertEqual([h for h in kit.x_hosts() if h not in self.before["X hosts"]],
                         ["SI:localuser:#1234"])
        p.terminate()
        p.wait(30)
