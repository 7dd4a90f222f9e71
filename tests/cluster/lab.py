# SPDX-License-Identifier: MIT
"""A cluster of three hosts on this machine: n0 to log in on, where the controller is, n1 and n2 to work on, each with
an engine and two GPUs. Everybody sees one home, nobody another's /tmp. Does what slurm_kit.Slurm does, and more."""
import os
import signal
import subprocess

import host
import kit
import slurm_kit

MORE = """SlurmdTimeout=5
SlurmctldTimeout=10
UnkillableStepTimeout=10
"""
ACCOUNTS = """AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=n0
AccountingStoragePass={top}/munge/socket
JobAcctGatherType=jobacct_gather/linux
"""
SLURMDBD = """AuthType=auth/munge
AuthInfo=socket={top}/munge/socket
DbdHost=n0
SlurmUser=root
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser=root
StoragePass=x
StorageLoc=jobs
PidFile=/run/slurmdbd.pid
LogFile={top}/slurmdbd.log
"""
NODE = "NodeName=n{i} NodeAddr=10.99.0.1{i} CPUs=4 RealMemory=4000 Gres=gpu:h100:2\n"
SOCKET = "/run/mysqld/mysqld.sock"


class Lab(slurm_kit.Slurm):
    # more: further lines of slurm.conf; accounts: with slurmdbd, so that sacct knows; track: how a job's processes
    # are known, "linuxproc" or "cgroup" (where host.KINDS)
    def __init__(self, top, uid, more="", accounts=False, epilog=True, track="linuxproc"):
        self.more, self.accounts, self.epilog, self.track = more, accounts, epilog, track
        self.top, self.hosts, self.started = top, [], []
        os.makedirs(top, exist_ok=True)
        host.hosts_file(top + "/hosts", 3)
        host.passwd_file(top + "/passwd", uid, kit.environment(uid)["HOME"])
        kit.tool("docker", "save", "-o", top + "/busybox.tar", "busybox")
        try:
            for i in range(3):
                self.hosts.append(host.Host(top, i, self.hosts[0] if i else None))
                self.hosts[i].power_on()
            super().__init__(top, uid)
            for h in self.hosts:
                h.ready()
        except BaseException:
            self.end()
            raise

    def configure(self):
        text = slurm_kit.CONF.format(top=self.top, host="n0", port=6817).replace("(127.0.0.1)", "(10.99.0.10)")
        text = text.replace("proctrack/linuxproc", "proctrack/" + self.track)
        with open(self.top + "/cgroup.conf", "w") as f:
            f.write("CgroupPlugin=cgroup/v1\nCgroupMountpoint=/sys/fs/cgroup\n")
        if self.accounts:
            text = text.replace("AccountingStorageType=accounting_storage/none\n", ACCOUNTS.format(top=self.top))
            path = self.top + "/slurmdbd.conf"
            with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
                f.write(SLURMDBD.format(top=self.top))
        if self.epilog:
            with open(os.open(self.top + "/epilog", os.O_WRONLY | os.O_CREAT, 0o755), "w") as f:
                f.write(kit.tool(kit.CNNRUN, "export", "slurm-epilog"))
            text += "Epilog=%s/epilog\n" % self.top
        with open(self.top + "/slurm.conf", "w") as f:
            f.write(text + MORE + self.more + "".join(NODE.format(i=i) for i in (1, 2)))
        self.make_gpus()

    def users(self, uid):
        return None  # each host's passwd has them

    def begin(self, *words):
        """Where its place is. munge is the same for all: its socket lies with what they share."""
        if words[0] == "munged":
            super().begin("setpriv", "--pdeathsig", "KILL", *words)
        elif words[0] == "slurmctld":
            if self.accounts:
                self.begin_accounts()
            self.controller = self.hosts[0].begin(*words, **self.conf())
        else:
            self.hosts[int(words[3][1:])].begin(*words, **self.conf())

    def conf(self):
        return {"SLURM_CONF": self.env["SLURM_CONF"]}

    def begin_accounts(self):
        data, login = self.top + "/accounts", self.hosts[0]
        kit.tool("mariadb-install-db", "--no-defaults", "--user=root", "--auth-root-authentication-method=normal",
                 "--skip-test-db", "--datadir=" + data, stderr=subprocess.DEVNULL)
        os.mkdir(login.root("/run/mysqld"))
        login.begin("mariadbd", "--no-defaults", "--user=root", "--datadir=" + data, "--socket=" + SOCKET, "--skip-networking")
        kit.wait_for(lambda: os.path.exists(login.root(SOCKET)), 60, "the database")
        kit.tool(*login.at(), "mariadb", "--no-defaults", "-S", SOCKET, "-e", "alter user root@localhost identified by 'x'")
        login.begin("slurmdbd", "-D", **self.conf())
        kit.wait_for(lambda: self.did("sacctmgr", "-n", "list", "cluster"), 60, "slurmdbd", 0.2)
        self.did("sacctmgr", "-i", "add", "cluster", "test")

    def did(self, *words):
        return host.quiet(*self.hosts[0].at(), *words, env=self.env).returncode == 0

    def said(self, *words):
        return super().said(*self.hosts[0].at(), *words)

    def kill_controller(self):
        os.kill(host.child(self.controller.pid), signal.SIGKILL)
        self.controller.wait()

    def start_controller(self):
        self.begin("slurmctld", "-D")

    def power_on(self, i):
        """A node that was off, and is to take jobs again."""
        self.hosts[i].power_on()
        self.hosts[i].ready()
        self.begin("slurmd", "-D", "-N", "n%d" % i)

    def left(self):
        return {h.name: h.left() for h in self.hosts if h.pid and h.left()}

    def end(self):
        for h in reversed(self.hosts):
            h.end()
        super().end()
