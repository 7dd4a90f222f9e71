# SPDX-License-Identifier: MIT
"""What docs/rights.md advises to look with, where a container laid all it could."""
import os
import re
import subprocess

import kit
from git_kit import Repository

LAY = r"""
for d in . new new/deeper 'new/with blank'; do evil "$d"; printf '* filter=x diff=x merge=x\n' > "$d/.gitattributes"; done
for d in new/deeper new; do
    printf '[filter "x"]\n\tclean = "touch %s;cat"\n[diff "x"]\n\ttextconv = "touch %s;cat"\n' $PROOF $PROOF >> $d/.git/config
    printf '[diff]\n\texternal = "touch %s;:"\n[core]\n\tpager = "touch %s;cat"\n' $PROOF $PROOF >> $d/.git/config
done
mkdir -p bare/objects bare/refs; echo 'ref: refs/heads/main' > bare/HEAD; proof > bare/config
printf 'two \033]0;title\007 \033[2J\n' >> readme
: > "$(printf 'new \033[2J \rname')"
printf '[submodule "x"]\n\tpath = new\n\turl = ./new\n\tupdate = !touch %s\n' $PROOF > .gitmodules
"""


class Advice(Repository):
    def advised(self):
        """The commands, as the page has them."""
        with open(os.path.join(kit.TOP, "docs/rights.md")) as f:
            page = f.read()
        block = re.search(r"These run nothing.*?```sh\n(.*?)```", page, re.S)[1]
        return [line.split("#")[0].strip() for line in block.splitlines()]

    def look(self, command):
        r = subprocess.run(["setpriv", "--reuid", str(self.uid), "--regid", str(self.uid), "--clear-groups",
                            "sh", "-c", command], cwd=self.project, env=kit.environment(self.uid),
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
        self.assertEqual(r.returncode, 0, r.stdout)
        return r.stdout

    def test_runs_nothing(self):
        """filters, drivers, repositories below: looking runs none of it"""
        self.lay(LAY)
        self.assertEqual(len(self.advised()), 3)
        for command in self.advised():
            self.look(command)
            self.assertFalse(os.path.exists(self.proof), command)
        self.assertQuiet()

    def test_shows_nothing_false(self):
        """escape sequences in names and files do not reach the terminal"""
        self.lay(LAY)
        for command in self.advised():
            self.assertNotRegex(self.look(command), rb"[\x00-\x08\x0b-\x1f\x7f]", command)

    def test_finds(self):
        """the repositories below, bare ones too, are found"""
        self.lay(LAY)
        found = self.look(self.advised()[2]).decode().splitlines()
        for path in "./.git", "./new/.git", "./new/deeper/.git", "./new/with blank/.git", "./bare/HEAD":
            self.assertIn(path, found)
