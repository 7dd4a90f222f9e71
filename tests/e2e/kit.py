# SPDX-License-Identifier: MIT
"""What the end-to-end tests share: cnnrun itself, the engine, the X server, and the check
that nothing is left behind."""
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from engine_api import SOCKET, Engine, engine  # noqa: F401, for those that import this

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.abspath(os.environ.get("BUILD", os.path.join(TOP, "build")))
SCRATCH = os.environ["CNNRUN_TEST_DIR"]
CNNRUN = os.path.join(SCRATCH, "cnnrun")  # a copy: the checkout may be closed to USER
DEMO = os.path.join(SCRATCH, "demo-cnn")  # a copy of the project, USER's
USER = 1000  # an ordinary user, by number: it needs no entry on this machine


def tool(*words, **more):
    """Output of a program that must work."""
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True, **more).stdout


def install():
    """The copies that ordinary users can reach."""
    if os.path.exists(DEMO):
        return
    shutil.copy(os.path.join(BUILD, "cnnrun"), CNNRUN)
    os.mkdir(DEMO)
    for name in "Makefile", ".dockerignore", "docker", "trainer":
        tool("cp", "-a", os.path.join(TOP, name), DEMO)
    tool("chown", "-R", "%d:%d" % (USER, USER), DEMO)
    for uid in None, USER:
        allow("--directory", DEMO, uid=uid)
        for name in "build", "gui", "shell", "train":
            allow(name, uid=uid)


def wait_for(condition, seconds=20, what="it", pause=0.05):
    """Until condition() is true; returns its value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError("%s did not happen within %d s" % (what, seconds))
        time.sleep(pause)


def environment(uid=None, **changes):
    """The environment of a test; a value None takes a variable out."""
    env = dict(os.environ)
    if uid:
        home = os.path.join(SCRATCH, "home-%d" % uid)
        runtime = os.path.join(SCRATCH, "runtime-%d" % uid)
        for d in home, runtime:
            if not os.path.isdir(d):
                os.mkdir(d, 0o700)
                os.chown(d, uid, uid)
        cookie = os.path.join(home, ".Xauthority")
        if "XAUTHORITY" in os.environ:
            shutil.copy(os.environ["XAUTHORITY"], cookie)
            os.chown(cookie, uid, uid)
        os.chmod(SOCKET, 0o666)
        env.update(HOME=home, XDG_RUNTIME_DIR=runtime, XAUTHORITY=cookie)
    env.update({k: v for k, v in changes.items() if v is not None})
    return {k: v for k, v in env.items() if changes.get(k, "") is not None}


def command(args, uid=None, before=(), around=()):
    """before: a program that starts cnnrun, such as valgrind; around: one of root's that does."""
    who = ["setpriv", "--reuid", str(uid), "--regid", str(uid), "--clear-groups"] if uid else []
    return list(around) + who + list(before) + [CNNRUN] + list(args)


def allow(*words, uid=None, env=None, cwd=DEMO):
    subprocess.run(command(("allow",) + words, uid), env=environment(uid, **(env or {})), cwd=cwd,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, timeout=60, check=False)


def grant(*args, **more):
    """What a user does once: allows a profile of the project what these words ask for."""
    first = (args + ("--",))[0]
    if first.startswith("-") or "/" in first and not first.startswith("profiles/"):
        allow(*args, **more)


def start(*args, uid=None, env=None, cwd=DEMO, granted=True, before=(), around=(), **more):
    """cnnrun as a Popen whose streams are pipes unless said otherwise. What a profile asks
    for is granted first; where that fails, the run says why."""
    if granted:
        grant(*args, uid=uid, env=env, cwd=cwd)
    for stream in "stdin", "stdout", "stderr":
        more.setdefault(stream, subprocess.PIPE)
    more.setdefault("text", True)
    return subprocess.Popen(command(args, uid, before, around), env=environment(uid, **(env or {})), cwd=cwd,
                            **more)


def cnnrun(*args, input="", timeout=300, **more):
    """Runs cnnrun to its end: .code, .out, .err; more is for start()."""
    p = start(*args, **more)
    try:
        p.out, p.err = p.communicate(input, timeout)
    except subprocess.TimeoutExpired:
        p.kill()
        out, err = p.communicate()
        raise AssertionError("cnnrun %s hangs; it said: %s%s" % (" ".join(args), out, err))
    p.code = p.returncode
    return p


def processes():
    """Every living process of our cnnrun, launchers and janitors."""
    found = set()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if os.readlink("/proc/%s/exe" % pid) == CNNRUN:
                with open("/proc/%s/stat" % pid) as f:
                    if f.read().rsplit(")", 1)[1].split()[0] != "Z":
                        found.add(int(pid))
    return found


def x_hosts():
    return tool("xhost").splitlines()


def x_leases():
    """Root properties and windows that cnnrun made."""
    text = tool("xprop", "-root") + tool("xwininfo", "-root", "-tree")
    return [line for line in text.splitlines() if "CNNRUN" in line.upper()]


def runtime_files():
    found = set()
    for d in os.listdir(SCRATCH):
        if d.startswith("runtime"):
            for where, _, files in os.walk(os.path.join(SCRATCH, d)):
                found.update(os.path.join(where, f) for f in files if f != "mark.key")  # kept
    return found


def traces():
    """Everything a launch could leave on this machine, as comparable data."""
    return {
        "containers": set(engine.containers()),
        "networks": engine.networks(),
        "volumes": engine.volumes(),
        "processes": processes(),
        "runtime files": runtime_files(),
        "X hosts": x_hosts(),
        "X leases": x_leases(),
    }


class Case(unittest.TestCase):
    """A scratch project; after each test nothing may be left on the machine."""

    uid = None
    demo = False  # does it need the project's own image?
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        install()
        if cls.demo:
            r = cnnrun("build", "profiles/gui.lua", timeout=900)
            assert r.code == 0, "the project's image: %s%s" % (r.out, r.err)

    def setUp(self):
        self.before = traces()
        self.project = tempfile.mkdtemp(prefix="project.", dir=SCRATCH)
        os.chmod(self.project, 0o755)
        if self.uid:
            os.chown(self.project, self.uid, self.uid)
        self.addCleanup(shutil.rmtree, self.project, True)
        self.addCleanup(self.sweep)
        self.addCleanup(self.check_traces)

    def check_traces(self):
        self.assertNothingLeft()

    def janitor(self):
        """The process id of this test's, or None."""
        for pid in processes() - self.before["processes"]:
            with contextlib.suppress(OSError), open("/proc/%d/comm" % pid) as f:
                if f.read().strip() == "cnnrun-janitor":
                    return pid
        return None

    def assertNothingLeft(self, seconds=20):
        """The janitor may still be at work for a moment."""
        try:
            wait_for(lambda: not self.left(), seconds)
        except AssertionError:
            self.fail("left behind: %r" % self.left())

    def left(self):
        """What is there and was not; of the display any difference."""
        now = traces()
        new = {k: now[k] - self.before[k] for k in now if isinstance(now[k], set)}
        new.update((k, now[k]) for k in ("X hosts", "X leases") if now[k] != self.before[k])
        return {k: v for k, v in new.items() if v}

    def sweep(self):
        """After a failure: the next test starts clean all the same."""
        for pid in processes() - self.before["processes"]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for name in set(engine.containers()) - self.before["containers"]:
            engine.remove(name)

    def write(self, name, text, mode=0o644):
        path = os.path.join(self.project, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w" if isinstance(text, str) else "wb") as f:
            f.write(text)
        os.chmod(path, mode)
        if self.uid:
            for p in path, os.path.dirname(path):
                os.chown(p, self.uid, self.uid)
        return path

    def profile(self, *calls, name="cnnrun.lua", options="", image="busybox"):
        """A profile of the project whose setup makes these calls."""
        lines = ['c:image "%s"' % image] if image else []
        return self.write(name, 'local cnn = require "cnnrun"\nreturn cnn.profile {\n'
                          'about = "test", options = { %s },\nsetup = function(c, opt)\n%s\nend }\n'
                          % (options, "\n".join(lines + list(calls))))

    def run_cnnrun(self, *args, **more):
        more.setdefault("cwd", self.project)
        more.setdefault("uid", self.uid)
        return cnnrun(*args, **more)

    def start_cnnrun(self, *args, **more):
        more.setdefault("cwd", self.project)
        more.setdefault("uid", self.uid)
        p = start(*args, **more)
        self.addCleanup(self.end, p)
        return p

    @staticmethod
    def end(p):
        if p.poll() is None:
            p.kill()
        p.wait()
        for f in p.stdin, p.stdout, p.stderr:
            if f:
                with contextlib.suppress(OSError, ValueError):
                    f.close()

    def assertNoPrograms(self, **more):
        """What cannot be executed has docker's statuses, and words of ours."""
        self.write("bin/plain", "x")
        self.write("bin/script", "#!/no/such\n", 0o755)
        self.write("bin/script-of-sh", "echo $1; exit 7\n", 0o755)
        for program, code, words in (("nosuch", 127, "has no program nosuch; is it spelt right"),
                                     ("/b/nosuch", 127, "has no program /b/nosuch"),
                                     ("/b/plain/x", 127, "has no program /b/plain/x"),
                                     ("/b/plain", 126, "error: /b/plain of the image"),
                                     ("/b", 126, "cannot be executed"), ("", 127, "has no program"),
                                     ("/b/script", 127, "lacks the interpreter"), ("/b/script-of-sh", 7, "")):
            r = self.run_cnnrun("./cnnrun.lua", "-q", "--", program, "word", **more)
            self.assertEqual(r.code, code, r.err)
            self.assertEqual(r.out, "word\n" if code == 7 else "")
            self.assertIn(words, r.err)
            self.assertEqual(len(r.err.splitlines()), code != 7, r.err)

    def shell(self, script, *args, **more):
        """Runs a shell script in the container of the project's profile; its output."""
        r = self.run_cnnrun("./cnnrun.lua", *args, "--", "sh", "-c", script, **more)
        self.assertEqual(r.code, 0, r.err)
        return r.out

    def new_container(self):
        """The name of the container that has appeared and runs."""
        def running():
            return [n for n, c in engine.containers().items()
                    if n not in self.before["containers"] and c["State"] == "running"]
        return wait_for(running, 60, "a container")[0]
