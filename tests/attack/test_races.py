# SPDX-License-Identifier: MIT
"""The races of make soak, in short."""
import attack
import attacks


class Races(attack.Attack):
    def test_each(self):
        """something is exchanged while it is being used, for each kind of thing, three times"""
        for _, name, race in attacks.races():
            for seed in range(3):
                with self.subTest(name, seed=seed):
                    self.assertTrue(race(seed), "%s, seed %d" % (name, seed))
