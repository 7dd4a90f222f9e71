# SPDX-License-Identifier: MIT
"""A sweep of twelve on two nodes with two GPUs each: four at once, each with a GPU of its own, and one that fails."""
import json
import re
import select

import kit
import lab_kit
import trainer_kit
from screen import Screen

PROFILE = """local cnn = require "cnnrun"
return cnn.profile { about = "rates", options = { lr = { default = "1e-3" } }, setup = function(c, opt)
	c:image "busybox"
	c:mount(".", "/w"):workdir "/w"
	c:gpus { count = 1 }
	c:sweep { lr = { %s } }
	%s
end }
"""
RATES = ["1e-4", "2e-4", "1e9", "5e-4", "1e-3", "2e-3", "3e-3", "4e-3", "5e-3", "6e-3", "8e-3", "1e-2"]
# A number is one task's alone on each of the two nodes; until four have met nobody goes on.
HOLD = """for node in a b; do mine=held.$node.$NVIDIA_VISIBLE_DEVICES; mkdir "$mine" && break; mine=; done
[ "$mine" ] || exit 9
echo "$mine" >"gpu.$LR"
until [ -e four ]; do [ "$(ls -d held.* | wc -l)" != 4 ] || touch four; sleep 0.1; done
rmdir "$mine"
[ "$LR" != 7 ] || exit 3"""
TRAIN = """c:command { "t/ld.so", "--library-path", "t", "t/cnntrain", "--fashion", "--data_dir", "data", "--device", "cpu",
		"--threads", "1", "--batch_size", "100", "--max_steps", "%d", "--lr", opt.lr, "--log_dir", "lr-" .. opt.lr }"""
ROW = re.compile(r"(\d+_\d+) +(\w+) +(\S+) +(\S+) +--lr=(\S+) +(\S+) +(-|\d+ \w+) +(.+)")


class Sweep(lab_kit.Case):
    def profile(self, values, call):
        self.write("cnnrun.lua", PROFILE % (", ".join(map(json.dumps, values)), call))
        self.on(0, "allow", "./cnnrun.lua")

    def statuses(self, said):
        found = re.search(r"their output: (\S+)/task\.\*/log", said)
        ends = []
        for task in range(12):
            with open("%s/task.%d/exit.json" % (found.group(1), task)) as f:
                ends.append(json.load(f)["status"])
        return ends

    def test_gpus(self):
        """Four at once, for so many GPUs there are; no two have the same; the one that fails is said, the others are done."""
        self.profile(range(1, 13), "c:env { LR = opt.lr }")
        r = self.on(0, "--on", "slurm", "./cnnrun.lua", "--", "sh", "-c", HOLD)
        self.assertEqual(r.code, 3, r.err)
        self.assertIn("cnnrun: task 6 of 12 failed: --lr=7: status 3\n", r.err)
        self.assertEqual(r.err.count("failed"), 1, r.err)
        self.assertEqual(self.statuses(r.err), [0] * 6 + [3] + [0] * 5)
        held = []
        for lr in range(1, 13):
            with open("%s/gpu.%d" % (self.project, lr)) as f:
                held.append(f.read().strip())
        self.assertEqual(set(held), {"held.%s.%d" % (node, gpu) for node in "ab" for gpu in (0, 1)})

    def test_watched(self):
        """The trainer with twelve rates: the live table has what is done, failed, running and waiting, with its numbers."""
        trainer_kit.copy_files(self.project)
        self.profile(RATES, TRAIN % 120)
        s = Screen("--on", "slurm", "./cnnrun.lua", cols=100, uid=self.uid, cwd=self.project, env=self.env, granted=False,
                   around=self.lab.hosts[0].at(self.project))
        self.addCleanup(s.close)
        rows = {}

        def rich():
            if select.select([s.master], [], [], 0.2)[0]:
                s.feed()
            rows.clear()
            rows.update({m.group(5): m.groups() for m in map(ROW.match, s.lines()) if m})
            states = [r[1] for r in rows.values()]
            return {"done", "failed", "waiting"} <= set(states) and any(r[1] == "running" and r[6] != "-" for r in rows.values())
        kit.wait_for(rich, 120, "a table of all four", 0)
        lines = s.lines()
        failed = next(r for r in rows.values() if r[1] == "failed")
        self.assertEqual((failed[2], failed[4]), ("1", "1e9"))
        self.assertIn("loss", failed[7])
        self.assertTrue(all(r[7].startswith("loss ") for r in rows.values() if r[1] == "done"), lines)
        self.assertTrue(any(line.startswith("12 tasks: ") and "1 failed" in line for line in lines), lines)
        job = re.search(r"job (\d+) of 12 tasks", "\n".join(lines)).group(1)
        self.on(0, "cancel", job)
