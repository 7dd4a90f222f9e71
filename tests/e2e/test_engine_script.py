# SPDX-License-Identifier: MIT
"""scripts/engine.sh where no engine runs: on a machine of its own, as far as an engine sees."""
import os
import subprocess

import kit

# Everything that a dockerd of the usual places touches is this test's: files, network, processes.
# With the first process all others end.
MACHINE = ("unshare", "--mount", "--net", "--pid", "--fork", "--mount-proc", "--kill-child",
           "--propagation", "private", "sh", "-euc")
SCRIPT = """
mkdir -p "$DIR/docker" "$DIR/config"
for d in /run /var/log; do mount -t tmpfs tmpfs $d; done
mkdir -p /var/lib/docker /etc/docker
mount --bind "$DIR/docker" /var/lib/docker
mount --bind "$DIR/config" /etc/docker
echo reading
scripts/engine.sh 2>&1 | cat
echo read
"$CNNRUN" ps
echo answers
"""


class EngineScript(kit.Case):
    def test_pipe(self):
        """what reads its output sees the end of it, while the engine that it started stays"""
        env = {k: v for k, v in os.environ.items() if not k.startswith("DOCKER_")}
        env.update(DIR=os.path.join(kit.SCRATCH, "engine-script"), CNNRUN=kit.CNNRUN)
        self.addCleanup(kit.tool, "rm", "-rf", "--one-file-system", env["DIR"])
        p = subprocess.Popen([*MACHINE, SCRIPT], cwd=kit.TOP, env=env, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.addCleanup(p.wait)
        self.addCleanup(p.kill)
        try:
            out, _ = p.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            p.kill()
            self.fail("it never ends:\n" + p.communicate()[0])
        self.assertEqual(p.returncode, 0, out)
        for word in "reading\n", "starts dockerd by hand", "it stays", "read\n", "answers\n":
            self.assertIn(word, out)


if __name__ == "__main__":
    import unittest
    unittest.main()
