# SPDX-License-Identifier: MIT
"""What tests of carried directories share."""
import json
import os

import kit


class Carried(kit.Case):
    """A project that is carried to /w; its volumes are removed after each test."""

    uid = kit.USER

    def setUp(self):
        super().setUp()
        self.addCleanup(self.run_cnnrun, "clean", "--volumes")
        self.carry()

    def carry(self, *more, options="carry = true"):
        self.profile('c:mount(".", "/w", { %s })' % options, 'c:workdir "/w"', *more)

    def path(self, name):
        return os.path.join(self.project, name)

    def read(self, name):
        with open(self.path(name)) as f:
            return f.read()

    def put(self, name, text, mode=0o644):
        """A file of the user's, or, with "/" at its end, a directory; those to it, too."""
        path = self.path(name)
        at = self.project
        for part in name.split("/")[:-1]:
            at = os.path.join(at, part)
            if not os.path.isdir(at):
                os.mkdir(at)
                os.chown(at, self.uid, self.uid)
        if text is not None:
            with open(path, "w") as f:
                f.write(text)
            os.chmod(path, mode)
            os.chown(path, self.uid, self.uid)

    def run_it(self, script, *args, **more):
        return self.run_cnnrun("./cnnrun.lua", *args, "--", "sh", "-c", script, **more)

    def good(self, script, *args, **more):
        r = self.run_it(script, *args, **more)
        self.assertEqual(r.code, 0, r.err)
        return r

    def begin(self, script, *args, **more):
        return self.start_cnnrun("./cnnrun.lua", *args, "--", "sh", "-c", script, **more)

    def state_dir(self):
        """Of this project's."""
        return self.states()[self.project]["dir"]

    def states(self):
        """What is kept of each carried directory, by its source."""
        top = os.path.join(kit.environment(self.uid)["HOME"], ".local/state/cnnrun/carry")
        found = {}
        for name in os.listdir(top) if os.path.isdir(top) else ():
            about = os.path.join(top, name, "about")
            if os.path.exists(about):
                with open(about) as f:
                    one = dict(json.load(f), dir=os.path.join(top, name))
                found[one["source"]] = one
        return found
