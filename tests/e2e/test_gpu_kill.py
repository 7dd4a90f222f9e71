# SPDX-License-Identifier: MIT
"""The kill matrix for a launch that holds GPUs: whoever dies where, they are free at the end."""
import gpus
import kit
import matrix
from world import World

WAYS = "KILL", "KILL janitor", "KILL both", "TERM", "terminal closed"
STEPS = "create", "X grant", "start", "running"


class Killed(kit.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.machine = gpus.Machine(kit.SCRATCH)
        cls.world = World("g0")
        cls.addClassCleanup(cls.world.end)
        gpus.own_network()

    def test_matrix(self):
        """every way to die at the steps at which GPUs are held"""
        w = self.world
        w.env.update(self.machine.env)
        w.write_profile("gpus.lua", 'c:image "busybox"', "c:xhost()",
                        'c:gpus { count = 4, pick = "free" }',
                        'c:command { "sh", "-c", "echo up; exec sleep 1000" }')
        for i, step in enumerate(STEPS):
            for k, way in enumerate(WAYS):
                case = matrix.Case(w, step, way, matrix.MOMENTS[(i + k) % 2], "gpus").run()
                self.assertEqual(case.problems, [], case)
                kit.wait_for(lambda: not self.machine.holders(), 5, "their end, %s" % case)
