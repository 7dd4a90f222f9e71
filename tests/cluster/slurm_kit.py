# SPDX-License-Identifier: MIT
"""A Slurm of this machine alone: a controller and two nodes with two GPUs each, all in a directory of the
test's, which munge's key and socket lie in too."""
import os
import pwd
import signal
import socket
import subprocess
import time

import kit

CONF = """ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={top}/munge/socket,cred_expire=5
StateSaveLocation={top}/state
SlurmdSpoolDir={top}/spool-%n
SlurmctldPidFile={top}/slurmctld.pid
SlurmdPidFile={top}/slurmd-%n.pid
SlurmctldLogFile={top}/slurmctld.log
SlurmdLogFile={top}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerCPU=256
GresTypes=gpu
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
KillWait=3
MinJobAge=600
FirstJobId=100
JobRequeue=1
AccountingStorageType=accounting_storage/none
PartitionName=test Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
"""
NODE = "NodeName=n{i} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=4 RealMemory=4000 Gres=gpu:h100:2\n"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


class Slurm:
    def __init__(self, top, uid):
        self.top, self.started = top, []
        self.env = dict(os.environ, SLURM_CONF=os.path.join(top, "slurm.conf"))
        for name in "munge", "state", "gpu":
            os.makedirs(os.path.join(top, name))
        os.chmod(os.path.join(top, "munge"), 0o711)
        self.configure()
        key = os.path.join(top, "munge/key")
        with open(os.open(key, os.O_WRONLY | os.O_CREAT, 0o400), "wb") as f:
            f.write(os.urandom(1024))
        self.begin("munged", "--foreground", "--force", "--key-file=" + key, "--socket=" + top + "/munge/socket",
                   "--pid-file=" + top + "/munge/pid", "--log-file=" + top + "/munge/log", "--seed-file=" + top + "/munge/seed")
        kit.wait_for(lambda: os.path.exists(top + "/munge/socket"), what="munge")
        self.passwd = self.users(uid)
        self.begin("slurmctld", "-D", "-c")
        for i in 1, 2:
            self.begin("slurmd", "-D", "-N", "n%d" % i)
        kit.wait_for(lambda: self.said("sinfo", "-h", "-t", "idle", "-o", "%D") == "2", 60, "Slurm", 0.2)

    def configure(self):
        host = socket.gethostname().split(".")[0]
        with open(self.top + "/slurm.conf", "w") as f:
            f.write(CONF.format(top=self.top, host=host, port=free_port()))
            for i in 1, 2:
                f.write(NODE.format(i=i, host=host, port=free_port()))
        self.make_gpus()

    def make_gpus(self):
        """Two a node, of which only the names are there."""
        with open(self.top + "/gres.conf", "w") as f:
            for i in 1, 2:
                f.write("NodeName=n%d Name=gpu Type=h100 File=%s/gpu/nvidia[0-1]\n" % (i, self.top))
        for i in 0, 1:
            os.mknod(self.top + "/gpu/nvidia%d" % i, 0o20666, os.makedev(1, 3))

    def users(self, uid):
        """The user needs an entry for Slurm; where there is none, only its daemons see one."""
        try:
            pwd.getpwuid(uid)
            return None
        except KeyError:
            path = self.top + "/passwd"
            with open("/etc/passwd") as f, open(path, "w") as to:
                to.write(f.read() + "user:x:%d:%d::/:/bin/sh\n" % (uid, uid))
            return path

    def begin(self, *words):
        if getattr(self, "passwd", None):
            words = ("unshare", "-m", "sh", "-c", 'mount --bind "$0" /etc/passwd && exec "$@"', self.passwd) + words
        with open("%s/%s.out" % (self.top, os.path.basename(words[0])), "a") as log:
            self.started.append(subprocess.Popen(words, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log))

    def said(self, *words):
        return subprocess.run(words, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                              check=False).stdout.strip()

    def state(self, job):
        text = self.said("scontrol", "-o", "show", "job", job)
        return dict(w.split("=", 1) for w in text.split() if "=" in w)

    def ended(self, job, seconds=60):
        """What it was at its end."""
        kit.wait_for(lambda: self.state(job).get("JobState", "PENDING") not in ("PENDING", "RUNNING", "COMPLETING", "CONFIGURING"),
                     seconds, "the end of job " + job, 0.2)
        return self.state(job)

    def again(self, job, turn=1, seconds=60):
        """It is queued again, and has begun, once its last turn's credential is forgotten."""
        def begun():
            now = self.state(job)
            return int(now.get("Restarts", 0)) >= turn and now["JobState"] not in ("PENDING", "COMPLETING")
        kit.wait_for(begun, seconds, "turn %d of job %s" % (turn, job), 0.2)

    def forget(self):
        """The controller begins anew, and knows of no job; numbers begin again."""
        old = next(p for p in self.started if "slurmctld" in p.args)
        old.kill()
        old.wait()
        self.started.remove(old)
        self.begin("slurmctld", "-D", "-c")
        kit.wait_for(lambda: self.said("squeue", "-h", "-t", "all") == "" and self.said("sinfo", "-h", "-o", "%D") == "2",
                     60, "Slurm", 0.2)

    def end(self):
        for p in reversed(self.started):
            p.send_signal(signal.SIGTERM)
        for p in reversed(self.started):
            try:
                p.wait(10)
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait()
            time.sleep(0)
