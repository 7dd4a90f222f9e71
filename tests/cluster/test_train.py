# SPDX-License-Identifier: MIT
"""The shipped profile of the trainer, as it is, as a job of an ordinary user."""
import json
import os
import re
import shutil

import jobs_kit
import kit


class Train(jobs_kit.Case):
    demo = True

    def test_train(self):
        """profiles/train.lua is done, its files are the user's, its log is followed to its end."""
        logs = kit.DEMO + "/logs"
        self.addCleanup(shutil.rmtree, logs, True)
        r = self.run_cnnrun("--on", "slurm", "profiles/train.lua", "--", "--fashion", "--max_steps", "40", "--device", "cpu",
                            env=self.env, cwd=kit.DEMO)
        self.assertEqual(r.code, 0, r.out + r.err)
        self.assertRegex(r.out, r"(?s)^60000 training .*\[ 1/50\] .*test_acc = 0\.\d+\n$")
        job = re.search(r"job (\d+);", r.err).group(1)
        task = json.loads(self.cnn("jobs", "--json", job).out)[0]["tasks"][0]
        self.assertEqual((task["state"], task["status"], task["step"], task["steps"]), ("done", 0, 40, 40))
        self.assertEqual(self.cnn("logs", job).out, r.out)
        for where, _, files in os.walk(logs):
            for name in files:
                self.assertEqual(os.stat(os.path.join(where, name)).st_uid, self.uid, name)
        self.assertTrue(os.path.exists(logs + "/model.safetensors"))
