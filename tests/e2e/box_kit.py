# SPDX-License-Identifier: MIT
"""What the tests of boxes share."""
import kit
from engine_api import engine


class Box:
    """Beside kit.Case: boxes are removed at the end, and nothing else is left."""

    uid = kit.USER

    def setUp(self):
        super().setUp()
        self.addCleanup(self.remove_boxes)
        self.addCleanup(self.check_traces)
        self.addCleanup(self.remove_boxes)

    def check_traces(self):
        if not self.boxes():  # called twice: they have to go first
            self.assertNothingLeft()

    def boxes(self):
        return [n for n in engine.containers() if n not in self.before["containers"]]

    def remove_boxes(self):
        for name in self.boxes():
            engine.remove(name)

    def box(self):
        names = self.boxes()
        self.assertEqual(len(names), 1, names)
        return names[0]

    def enter(self, script, *args, **more):
        return self.shell(script, *args, **more)

    def project_box(self, *calls, **more):
        self.profile("c:box()", 'c:mount(".", "/w")', 'c:workdir "/w"', *calls, **more)
