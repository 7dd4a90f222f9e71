# SPDX-License-Identifier: MIT
"""Windows of the container on this machine's display, with access control on."""
import os
import signal
import struct
import subprocess

import kit


def windows(*pattern):
    r = subprocess.run(["xdotool", "search", "--onlyvisible", *pattern],
                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return r.stdout.split()


def colours(window):
    """The different pixels of a window, from xwd's file."""
    data = subprocess.run(["xwd", "-silent", "-id", window], check=True,
                          stdout=subprocess.PIPE).stdout
    head = struct.unpack(">25I", data[:100])
    size, height, line, ncolors = head[0], head[5], head[12], head[19]
    pixels = data[size + 12 * ncolors:][:height * line]
    return {pixels[i:i + 4] for i in range(0, len(pixels), 4)}


class Keys:
    """For a case that can launch, and wait until a window is shown."""

    def test_keys(self):
        """a key and a button pressed here reach the program there"""
        p = self.launch("stdbuf", "-oL", "xev", stderr=subprocess.DEVNULL)
        w = self.shown("--name", "Event Tester")
        kit.tool("xdotool", "mousemove", "--window", w, "60", "60", "click", "1", "key", "a")
        seen = ""
        while "keysym 0x61" not in seen:
            line = p.stdout.readline()
            self.assertTrue(line, "xev ended; it saw " + seen)
            seen += line
        self.assertIn("ButtonPress", seen)
        p.terminate()
        p.wait(30)


class Display(Keys, kit.Case):
    demo = True
    uid = kit.USER
    mode = ""

    def setUp(self):
        super().setUp()
        self.assertIn("access control enabled", kit.x_hosts()[0])
        self.profile('c:user "host"', self.calls(), image="demo-cnn:latest")

    def calls(self):
        return "c:display()"

    def shown(self, *pattern):
        return kit.wait_for(lambda: windows(*pattern), 60, "a window %s" % (pattern,))[0]

    def launch(self, *command, **more):
        return self.start_cnnrun("./cnnrun.lua", "--", *command, **more)

    def finish(self, *launches, number=signal.SIGTERM):
        for p in launches:
            p.send_signal(number)
            p.wait(30)
        kit.wait_for(lambda: not windows("--class", "XEyes|XClock"), 30, "the window's end")

    def test_window(self):
        """xeyes is on the screen with its pixels; afterwards all is as before"""
        p = self.launch("xeyes")
        w = self.shown("--class", "XEyes")
        kit.wait_for(lambda: len(colours(w)) > 1, 20, "something drawn")
        self.assertIn("access control enabled", kit.x_hosts()[0])
        self.finish(p)

    def test_killed(self):
        """SIGKILL of the launcher: the window goes and the display is closed again"""
        p = self.launch("xeyes")
        self.shown("--class", "XEyes")
        self.finish(p, number=signal.SIGKILL)

    def test_two(self):
        """the end of one leaves the other its display"""
        first, second = self.launch("xeyes"), self.launch("xclock")
        self.shown("--class", "XEyes")
        self.shown("--class", "XClock")
        first.terminate()
        first.wait(30)
        third = self.launch("xeyes")
        self.shown("--class", "XEyes")
        self.assertTrue(windows("--class", "XClock"))
        self.finish(second, third)


class DisplayXhost(Display):
    """The same with an entry in the display's host list."""

    def calls(self):
        return 'c:display "xhost"'

    def test_only_this_user(self):
        """the list names this user and nobody else while it runs"""
        p = self.launch("xeyes")
        self.shown("--class", "XEyes")
        added = set(kit.x_hosts()) - set(self.before["X hosts"])
        self.assertEqual(len(added), 1, added)
        self.assertTrue(added.pop().startswith("SI:localuser:"))
        self.finish(p)


class XhostSwitch(kit.Case):
    def test_local(self):
        """c:xhost opens the display to local users while it runs, and closes it"""
        self.profile('c:xhost "local"')
        p = self.start_cnnrun("./cnnrun.lua", "--", "sleep", "1000")
        self.new_container()
        self.assertIn("LOCAL:", kit.x_hosts())
        p.terminate()
        p.wait(30)

    def test_entry_of_the_user_stays(self):
        """an entry that was there before stays"""
        kit.tool("xhost", "+local:")
        try:
            self.profile('c:xhost "local"')
            self.shell("true")
            self.assertIn("LOCAL:", kit.x_hosts())
        finally:
            kit.tool("xhost", "-local:")


class GuiProfile(kit.Case):
    demo = True
    uid = kit.USER

    def gui(self, *words, **more):
        return self.run_cnnrun("profiles/gui.lua", "-d", "none", *words, cwd=kit.DEMO, **more)

    def test_xeyes(self):
        """the shipped gui profile, as it is in the README"""
        p = self.start_cnnrun("profiles/gui.lua", "-d", "none", "--", "xeyes", cwd=kit.DEMO)
        w = kit.wait_for(lambda: windows("--class", "XEyes"), 60, "xeyes")[0]
        kit.wait_for(lambda: len(colours(w)) > 1, 20, "something drawn")
        p.terminate()
        p.wait(30)

    def test_workspace(self):
        """/my_workspace is the project, and files made there are the user's"""
        made = os.path.join(kit.DEMO, "made")
        r = self.gui("--", "sh", "-c", "pwd; ls; touch made")
        self.assertEqual(r.code, 0, r.err)
        self.assertEqual(r.out.split()[0], "/my_workspace")
        self.assertIn("Makefile", r.out.split())
        self.assertEqual(os.stat(made).st_uid, kit.USER)
        os.unlink(made)

    def test_prompt(self):
        """a yellow prompt with user and host name; ll; the history is kept"""
        from pty_session import Session
        s = Session("profiles/gui.lua", "-d", "none", "-n", "kit-gui", uid=kit.USER)
        self.addCleanup(s.close)
        s.expect("\x1b[33m", 120)
        prompt = s.expect("\x1b[0m")
        self.assertRegex(prompt, r"^\w+@[\w-]+$")
        s.send("ll Makefile\r")
        s.expect("-rw")
        s.send("exit\r")
        self.assertEqual(s.wait(), 0)
        with open(os.path.join(kit.DEMO, "docker/home/.bash_history")) as f:
            self.assertIn("ll Makefile", f.read())

    def test_no_display(self):
        """without DISPLAY a clear line and 125"""
        r = self.gui("--", "true", env={"DISPLAY": None})
        self.assertEqual(r.code, 125)
        self.assertIn("DISPLAY", r.err)
