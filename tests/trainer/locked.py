#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs under a scheduler: a log folder has one run at a time and names it, a run has a limit, and
one that was interrupted says so by its status.

    locked.py CNNTRAIN

Prints TAP."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

from lib.data import read_safetensors, run_tests
from lib.place import Place

HOLDER = "host {host}\nboot {boot}\npid {pid}\njob {job}\nrestart {restart}\n"


class Tests(Place):
    def arguments(self, name, *more):
        return ["--fashion", "--data_dir", self.data, "--log_dir", self.path(name),
                "--batch_size", "64", "--num_epochs", "2", "--threads", "1", *more]

    def run(self, name, *more, status=0, **how):
        return self.start(*self.arguments(name, *more), status=status, **how)

    def endless(self, name, *more, before=(), **how):
        """A run that goes on until somebody ends it, in its first steps."""
        run = subprocess.Popen([*before, self.program, *self.arguments(name, *more),
                                "--num_epochs", "100000", "--save_every", "1"],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               cwd=self.folder.name, **how)
        self.wait_for(run, self.path(name) + "/train.safetensors")
        return run

    @staticmethod
    def wait_for(run, path):
        while not os.path.exists(path):
            assert run.poll() is None, run.stdout.read()
            time.sleep(0.01)

    def lock(self, name):
        return self.path(name) + "/lock"

    def leave(self, name, **holder):
        """A folder with a lock that some run left."""
        os.makedirs(self.path(name), exist_ok=True)
        holder = {"host": "node7", "boot": "1-2-3", "pid": 4711, "job": "-", "restart": 0, **holder}
        with open(self.lock(name), "w", encoding="ascii") as f:
            f.write(HOLDER.format(**holder))

    @staticmethod
    def job(number, restart):
        return {**os.environ, "SLURM_JOB_ID": str(number), "SLURM_RESTART_COUNT": str(restart)}

    def test_status(self):
        """A signal ends with the status asked for; a whole run with 0."""
        for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT):
            run = self.endless("status", "--overwrite", "--interrupted_status", "75")
            run.send_signal(number)
            text = run.communicate(timeout=60)[0]
            assert run.returncode == 75 and "stopped by a signal" in text, (run.returncode, text)
            os.unlink(self.path("status") + "/train.safetensors")
        self.run("status", "--overwrite", "--interrupted_status", "75")
        self.run("status", "--interrupted_status", "75", status=1)  # refused: not interrupted
        assert "from 0 to 255" in self.run("status", "--interrupted_status", "256",
                                           status=2).stderr

    def test_max_seconds(self):
        """Saves and ends, again and again; the weights at the end are an undisturbed run's."""
        self.run("whole", "--num_epochs", "12")
        limited = ["--num_epochs", "12", "--max_seconds", "1", "--interrupted_status", "75"]
        ended = []
        while not ended or ended[-1].returncode:
            ended.append(self.start(*self.arguments("limited", *limited, "--resume"),
                                    status=None))
            assert ended[-1].returncode in (0, 75), ended[-1]
            assert len(ended) < 60
        for run in ended[:-1]:
            assert re.search("stopped by --max_seconds after step [0-9]+; saved", run.stdout), run
        assert len(ended) > 1, "a limit that was never reached"
        whole, limited = (read_safetensors(self.path(name) + "/model.safetensors")
                          for name in ("whole", "limited"))
        assert all(whole[name].equal(limited[name]) for name in whole)
        return f"{len(ended)} parts"

    def test_second_run(self):
        """It is refused in one line that names who is there, and harms nothing."""
        run = self.endless("busy", env=self.job(17, 2))
        try:
            for how in ("--resume", "--overwrite"):
                line = self.run("busy", how, status=1).stderr
                assert f"busy is in use by process {run.pid} on {os.uname().nodename}, job 17, " \
                       "start 3: name another --log_dir" in line, line
        finally:
            run.terminate()
            text = run.communicate(timeout=60)[0]
        assert run.returncode == 0, text
        assert not os.path.exists(self.lock("busy"))
        with open(self.path("busy") + "/train.jsonl", encoding="utf-8") as f:
            assert sum("run" in json.loads(line) for line in f) == 1

    def test_killed(self):
        """What a killed run of this machine left is taken over, from another container too."""
        for before in ([], ["unshare", "--user", "--map-root-user", "--pid", "--fork",
                            "--mount-proc", "--kill-child"]):
            if before and subprocess.run([*before, "true"], check=False,
                                         stderr=subprocess.DEVNULL).returncode:
                continue
            run = self.endless("killed", "--overwrite", before=before)
            line = self.run("killed", "--resume", "--max_steps", "1", status=1).stderr
            assert "is in use by process" in line, line
            run.kill()
            run.communicate(timeout=60)
            assert os.path.exists(self.lock("killed"))
            self.run("killed", "--overwrite", "--max_steps", "1")
            assert not os.path.exists(self.lock("killed"))
            shutil.rmtree(self.path("killed"))

    def test_other_machine(self):
        """Whether a run of another machine lives is not known: the cure is typed as it stands."""
        self.leave("far one")
        line = self.run("far one", status=1).stderr
        assert "in use by process 4711 on node7: name another" in line, line
        subprocess.run(line.split("that run is over, ")[1], shell=True, check=True)
        self.run("far one", "--max_steps", "1")

    def test_started_again(self):
        """The scheduler ended a job before it started that again; not so another, or twice."""
        self.leave("again", job=17, restart=1)
        for number, restart in ((18, 2), (17, 1), (17, 0)):
            self.run("again", status=1, env=self.job(number, restart))
        self.run("again", "--max_steps", "1", env=self.job(17, 2))
        self.leave("again", job="k8s-3", restart=0)
        self.run("again", "--resume", "--max_steps", "1",
                 env={**self.job(17, 2), "CNNTRAIN_JOB": "k8s-3", "CNNTRAIN_RESTART": "1"})

    def test_strange_locks(self):
        """What no run wrote is no run's."""
        for text in (b"", b"\0" * 600, b"host " + b"x" * 5000, b"host a boot b pid x job y\n"):
            os.makedirs(self.path("strange"), exist_ok=True)
            with open(self.lock("strange"), "wb") as f:
                f.write(text)
            self.run("strange", "--overwrite", "--max_steps", "1")

    def test_at_once(self):
        """Of eight that start at once beside a dead one's lock, one runs."""
        self.leave("race", host=os.uname().nodename, boot=self.boot())
        runs = [subprocess.Popen([self.program, *self.arguments("race", "--num_epochs", "10")],
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                for _ in range(8)]
        texts = [run.communicate(timeout=120)[0] for run in runs]
        assert sorted(run.returncode for run in runs) == [0] + [1] * 7, texts
        with open(self.path("race") + "/train.jsonl", encoding="utf-8") as f:
            assert sum("run" in json.loads(line) for line in f) == 1

    @staticmethod
    def boot():
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as f:
            return f.read().strip()

    def test_nothing_made(self):
        """A run that does not come to its first step leaves no folder."""
        self.run("not", "--weights", "/nonexistent.safetensors", status=1)
        assert not os.path.exists(self.path("not"))


if __name__ == "__main__":
    sys.exit(run_tests(Tests(sys.argv[1])))
