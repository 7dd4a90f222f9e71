# SPDX-License-Identifier: MIT
"""The plan is the truth: what it prints is what runs."""
import json
import os
import subprocess

import kit

EVERYTHING = '''
c:user "host"
c:mount(".", "/work")
c:mount("data, with comma", "/data", { readonly = true })
c:volume("kit-plan-volume", "/volume")
c:tmpfs("/scratch", { size = "8m" })
c:workdir "/work"
c:env { GREETING = "it's \\"quoted\\" $HOME", EMPTY = "" }
c:hostname "box"
c:port(8080)
c:port("127.0.0.1:0:9090/udp")
c:shm "32m"
c:limit { memory = "128m", cpus = 1.5, pids = 100 }
c:ulimit("nofile", 512)
c:capability "NET_BIND_SERVICE"
c:label("flavour", "a b")
c:device "/dev/null"
c:gpus "2,3"
c:command { "sh", "-c", "sleep 1000; echo 'done'" }
'''

# What names or times the one container, or is cnnrun's own bookkeeping.
OWN = {"cnnrun.launch", "cnnrun.service", "cnnrun.box", "cnnrun.base", "cnnrun.image", "cnnrun.gate", "cnnrun.gpus", "cnnrun.rights",
       "cnnrun.mark", "cnnrun.job"}
CONFIG = ["Env", "User", "WorkingDir", "Hostname", "Tty", "OpenStdin",
          "StdinOnce", "StopSignal", "StopTimeout", "Image", "ExposedPorts"]
NOT_COMPARED = {"ContainerIDFile", "ConsoleSize", "AutoRemove"}


def program(i):
    """What is executed, and whether under an init: ours begins with the gate, which is one."""
    words = (i["Config"]["Entrypoint"] or []) + (i["Config"]["Cmd"] or [])
    gate = i["Config"]["Labels"].get("cnnrun.gate")
    if gate:
        assert words.pop(0) == gate + "/hold", words
    return words, bool(gate) or i["HostConfig"]["Init"]


def facts(name):
    i = kit.engine.inspect(name)
    out = {k: i["Config"].get(k) for k in CONFIG}
    out["program"], i["HostConfig"]["Init"] = program(i)
    out["Env"] = sorted(out["Env"])
    out["Image"] = i["Config"]["Labels"].get("cnnrun.image", out["Image"])  # ours is made from the id
    out["Labels"] = {k: v for k, v in i["Config"]["Labels"].items() if k not in OWN}
    if out["Hostname"] == name:
        out["Hostname"] = "as the container"
    host = {k: v for k, v in i["HostConfig"].items() if k not in NOT_COMPARED}
    # Two spellings of the same.
    host["NetworkMode"] = host["NetworkMode"].replace("default", "bridge")
    host["RestartPolicy"] = host["RestartPolicy"]["Name"].replace("no", "")
    host["CapAdd"] = [c.replace("CAP_", "") for c in host["CapAdd"] or []]
    for d in host["DeviceRequests"] or []:
        d["Capabilities"] = sorted(set(d["Capabilities"][0]))
        d["Options"] = d["Options"] or {}
    # Files of the launch: the line says in a remark that cnnrun gives them too.
    mounts = sorted((m["Type"], m.get("Name") or m.get("Source", ""), m["Destination"],
                     bool(m.get("RW"))) for m in i["Mounts"] if ".files/" not in m.get("Source", ""))
    host["Binds"] = [b for b in host.get("Binds") or [] if ".files/" not in b]
    # tmpfs has two spellings in the API that come to the same mount
    tmpfs = {m["Target"] for m in host.pop("Mounts", None) or [] if m["Type"] == "tmpfs"}
    tmpfs |= set(host.pop("Tmpfs", None) or {})
    out.update(mounts=[m for m in mounts if m[0] != "tmpfs"], tmpfs=tmpfs, host={
        k: v for k, v in host.items() if v not in (None, [], {}, "", 0, False, -1)})
    return out


class Docker(kit.Case):
    uid = kit.USER

    def compare(self, *setup, env=None):
        self.profile(*setup)
        p = self.start_cnnrun("./cnnrun.lua", env=env)
        ours = self.new_container()
        want = facts(ours)
        p.kill()
        p.wait()
        kit.wait_for(lambda: ours not in kit.engine.containers(), 30, "the container's end")
        plan = self.run_cnnrun("plan", "./cnnrun.lua", "--docker", env=env)
        self.assertEqual(plan.code, 0, plan.err)
        self.assertIn("docker run", plan.out)
        byhand = subprocess.Popen(["sh", "-c", plan.out], cwd=self.project,
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE)
        self.addCleanup(self.end, byhand)
        try:
            name = self.new_container()
            self.assertEqual(facts(name), want)
        finally:
            for c in set(kit.engine.containers()) - self.before["containers"]:
                kit.engine.remove(c)
            byhand.wait(30)
            if "xhost +" in plan.out:  # "and - afterwards", it says
                kit.tool("xhost", "-si:localuser:#%d" % self.uid)

    def test_plain(self):
        """the docker run line of a small profile, run by hand, gives the same container"""
        self.compare('c:command { "sleep", "1000" }')

    def test_everything(self):
        """the same with every primitive"""
        os.makedirs(os.path.join(self.project, "data, with comma"))
        self.addCleanup(kit.engine.call, "DELETE", "/volumes/kit-plan-volume")
        self.compare(EVERYTHING)

    def test_display(self):
        """the same with a display"""
        self.compare('c:user "host"', 'c:display "xhost"', 'c:command { "sleep", "1000" }')

    def test_gui_profile(self):
        """plan of the shipped gui profile is a docker run line with two devices"""
        r = kit.cnnrun("plan", "profiles/gui.lua", "-d", "2,3", "--docker", uid=self.uid)
        self.assertEqual(r.code, 0, r.err)
        self.assertIn('device=2,3', r.out)
        subprocess.run(["sh", "-n", "-c", r.out], check=True)


class Json(kit.Case):
    def plan(self, *words, **more):
        r = self.run_cnnrun("plan", "./cnnrun.lua", "--json", *words, **more)
        self.assertEqual(r.code, 0, r.err)
        return json.loads(r.out)

    def test_is_json_and_stable(self):
        """--json is valid and the same twice"""
        self.profile('c:command { "sh" }', 'c:mount(".", "/work")', 'c:env { A = "1" }',
                     'c:name "kit-plan"')
        self.assertEqual(self.plan(), self.plan())

    def test_needs_no_engine(self):
        """a plan needs no engine, and makes nothing"""
        self.profile('c:command { "sh" }')
        self.plan(env={"DOCKER_HOST": "unix:///nonexistent"})

    def test_words(self):
        """the plain plan names the rights in words"""
        self.profile('c:network "host"', 'c:mount("/etc", "/host-etc")')
        r = self.run_cnnrun("plan", "./cnnrun.lua")
        self.assertEqual(r.code, 0, r.err)
        self.assertIn("/etc", r.out)
        self.assertIn("network", r.out)

    def test_bad_values_name_their_line(self):
        """what a value may be is the host's to say, at the line of the profile"""
        for call, says in (('c:workdir "x"', 'workdir: "x" must be an absolute path'),
                           ('c:gpus "0,all"', 'gpus: ids: "all" is no GPU'),
                           ('c:dns "1.1.1.1":dns "one"', 'dns: "one" is no IP address'),
                           ('c:limit { cpus = 0 }', "limit: cpus: must be a number above 0"),
                           ('c:user "4294967295:1"', "user: uid: must be between 0 and"),
                           ('c:port "80/tpc"', 'port: protocol: "tpc" must be "tcp"')):
            self.profile('c:name "box"', call)
            r = self.run_cnnrun("plan", "./cnnrun.lua")
            self.assertEqual(r.code, 125, r.out)
            self.assertIn("cnnrun.lua:7: " + says, r.err)

    def test_arch(self):
        """a profile can ask for the processor, by the name that images have for it"""
        self.profile('c:env("ARCH", cnn.host.arch())')
        arch = self.plan()["plan"]["containers"]["main"]["env"]["set"]["ARCH"]
        machine = os.uname().machine
        self.assertEqual(arch, {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine))


class Lacks(kit.Case):
    """A plan stands on a machine that lacks what a run needs, and says so."""
    uid = kit.USER
    NONE = {"DISPLAY": None, "WAYLAND_DISPLAY": None, "XDG_RUNTIME_DIR": None, "DBUS_SESSION_BUS_ADDRESS": None,
            "PULSE_SERVER": None, "SSH_AUTH_SOCK": None}

    def lacks(self, call, says, right, service=False):
        self.profile('c:service("x", function(s) s:image "busybox"; s:%s end)' % call[2:] if service else call)
        r = self.run_cnnrun("plan", "./cnnrun.lua", env=self.NONE, granted=False)
        self.assertEqual(r.code, 0, r.err)
        said = r.out.split("\nA run from here would fail:\n")[1]
        self.assertRegex(said, r"^  - cnnrun\.lua:\d+: %s[^\n]*\n$" % says)
        self.assertIn("- %s" % right, r.out)
        j = json.loads(self.run_cnnrun("plan", "./cnnrun.lua", "--json", env=self.NONE, granted=False).out)
        self.assertEqual(len(j["would_fail"]), 1)
        self.assertNotEqual(j["not_granted"], [])
        for words in ["plan", "./cnnrun.lua", "--docker"], ["allow", "./cnnrun.lua"], ["./cnnrun.lua"]:
            r = self.run_cnnrun(*words, env=self.NONE, granted=False)
            self.assertEqual((r.code, r.out), (125, ""), words)
            self.assertIn(j["would_fail"][0], r.err)

    def test_session(self):
        """a display, sound, a bus or an agent that this session has not"""
        self.lacks("c:display()", "DISPLAY is not set", 'see and control your X display "$DISPLAY"')
        self.lacks('c:xhost "local"', "DISPLAY is not set", "open the X display to every local user")
        self.lacks("c:wayland()", "this session has no Wayland", "")
        self.lacks("c:audio()", "this session has no PipeWire", "play and record sound")
        self.lacks("c:dbus()", "this session has no D-Bus", "")
        self.lacks("c:ssh_agent()", "this session has no SSH agent", "log in as you")

    def test_display_that_is_gone(self):
        """a display that does not answer"""
        self.profile("c:display()")
        r = self.run_cnnrun("plan", "./cnnrun.lua", env={"DISPLAY": ":99999"}, granted=False)
        self.assertEqual(r.code, 0, r.err)
        self.assertIn("A run from here would fail:\n  - cnnrun.lua:", r.out)

    def test_device(self):
        """a device that is not plugged in"""
        self.lacks('c:device "/dev/nosuch"', "there is no device /dev/nosuch", "use the device /dev/nosuch")

    def test_free_gpu(self):
        """a free GPU, where there is none"""
        self.lacks('c:gpus { count = 1, pick = "free" }', "no NVIDIA driver: .*, or go without: --gpus none",
                   "use 1 of the GPUs")
        r = self.run_cnnrun("./cnnrun.lua", "--gpus", "none", "--", "true", granted=False)
        self.assertEqual(r.code, 0, r.err)

    def test_service(self):
        """a service's too"""
        self.lacks("c:ssh_agent()", "this session has no SSH agent", "log in as you", service=True)
