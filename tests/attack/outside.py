# SPDX-License-Identifier: MIT
"""What attempts to get out of a network by list share."""
import listed


class Out(listed.Listed):
    """Nothing of it comes to evil.test's servers, and each is said."""

    def attempt(self, script, *said, hosts=(), reached=0):
        """Each of the words is said by the launcher; good.test's servers are reached so often."""
        self.list_hosts(*hosts)
        r = self.try_out(script)
        self.assertEqual(self.came("evil"), [], r.out + r.err)
        self.assertEqual(len(self.came("good")), reached, r.out + r.err)
        self.assertNotIn("I am evil", r.out)
        for words in said:
            self.assertIn(words, r.err, r.out)
        if said:
            self.assertRegex(r.err, r"warning: network: \d+ attempts? to reach what is not listed:")
        self.assertNotIn("was killed", r.err)
        return r

    def evils(self):
        return "EVIL = %r; GOOD = %r\n" % (self.evil, self.good)
