# SPDX-License-Identifier: MIT
"""Windows of an engine behind ssh are shown here."""
import os
import signal

import far_kit
import kit
import test_display


class Display(test_display.Keys, far_kit.Ways):
    demo = True

    def shown(self, *pattern):
        return kit.wait_for(lambda: test_display.windows(*pattern), 60, "a window")[0]

    def gone(self):
        kit.wait_for(lambda: not test_display.windows("--class", "XEyes|XClock"), 30, "the window's end")

    def launch(self, *command, **more):
        self.granted("c:display()", image="demo-cnn:latest")
        hosts = kit.x_hosts()
        p = self.begin("./cnnrun.lua", "--", *command, **more)
        self.addCleanup(lambda: self.assertEqual(kit.x_hosts(), hosts))
        return p

    def test_window(self):
        """xeyes over there is on the screen here, with its pixels; afterwards all is as before"""
        p = self.launch("xeyes")
        w = self.shown("--class", "XEyes")
        kit.wait_for(lambda: len(test_display.colours(w)) > 1, 20, "something drawn")
        p.terminate()
        p.wait(30)
        self.gone()

    def test_killed(self):
        """a launcher that is killed, and a login, take window, socket and directory along"""
        p = self.launch("xeyes")
        self.shown("--class", "XEyes")
        self.assertTrue(self.places())
        p.kill()
        self.gone()
        kit.wait_for(lambda: not self.places(), 20, "the end of the place over there")
        p = self.launch("xclock")
        self.shown("--class", "XClock")
        for pid in self.masters():
            os.kill(pid, signal.SIGKILL)
        self.assertEqual(p.wait(60), 125)
        self.gone()

    def test_unplugged(self):
        """a machine that goes away keeps nothing once it is back; all were killed meanwhile"""
        p = self.launch("xeyes")
        self.shown("--class", "XEyes")
        self.unplug()
        os.kill(self.janitor(), signal.SIGKILL)
        p.kill()
        self.gone()
        self.assertTrue(self.places())
        self.plug()
        r = self.on("./cnnrun.lua", "--", "true")
        self.assertIn("left by a launch that was killed", r.err)
        kit.wait_for(lambda: not self.places(), 20, "the end of the place over there")

    def test_detached(self):
        """a detached one keeps its window until its end"""
        self.granted("c:display()", "c:detach()", image="demo-cnn:latest")
        r = self.on("./cnnrun.lua", "--", "xeyes")
        self.assertEqual(r.code, 0, r.err)
        self.shown("--class", "XEyes")
        self.assertEqual(self.on("stop", "-t", "0", r.out.strip()).code, 0)
        self.gone()

    def test_none(self):
        """no X server here, and none that is needed"""
        self.granted("c:display { optional = true }")
        r = self.run_cnnrun("--on", "ssh://box", "./cnnrun.lua", "--", "true", granted=False,
                            env=self.environment(DISPLAY=":99"))
        self.assertEqual(r.code, 0, r.err)


if __name__ == "__main__":
    import unittest
    unittest.main()
