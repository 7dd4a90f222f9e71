# SPDX-License-Identifier: MIT
"""cnnrun test: specs of profiles, without an engine."""
import json
import os
import shutil
import subprocess

import kit

SPEC = '''local t = require "cnnrun.testing"
describe("it", function()
	it("is planned", function()
		%s
	end)
end)
'''
NO_ENGINE = {"DOCKER_HOST": "unix:///nosuch", "DISPLAY": None}


class Specs(kit.Case):
    uid = kit.USER

    def run_specs(self, *args, **more):
        env = dict(NO_ENGINE, **more.pop("env", {}))
        return self.run_cnnrun("test", *args, env=env, granted=False, **more)

    def spec(self, body, name="cnnrun_spec.lua"):
        self.write(name, SPEC % body)

    def passes(self, body, *args):
        self.spec(body)
        r = self.run_specs(*args)
        self.assertEqual(r.code, 0, r.out + r.err)
        return r.out

    def fails(self, body, *args):
        self.spec(body)
        r = self.run_specs(*args)
        self.assertEqual(r.code, 1, r.out + r.err)
        return r.out

    def test_examples(self):
        """those of every example and shipped profile, as nobody and without an engine"""
        for name in "examples", "scripts":
            shutil.copytree(os.path.join(kit.TOP, name), os.path.join(self.project, name))
        self.write("docker/Dockerfile", "FROM scratch")
        subprocess.run(["chown", "-R", "65534:65534", self.project], check=True)
        r = self.run_specs("examples", uid=65534, timeout=60)
        self.assertEqual(r.code, 0, r.out + r.err)
        self.assertRegex(r.out, r"\b[4-9]\d successes / 0 failures / 0 errors")

    def test_as_plan_says(self):
        """a plan in a spec is the one that `plan --json` has"""
        self.write("docker/Dockerfile", "FROM scratch")
        self.write("public/index.html", "")
        self.write(".env", "")
        os.mkdir(os.path.join(self.project, "profiles"))
        names = ("web", "services", "service", "sandbox", "notify", "jupyter")
        for name in names:
            shutil.copy(os.path.join(kit.TOP, "examples", name + ".lua"), self.project)
            self.passes('t.golden(t.plan("%s.lua", {}, { project = "%s" }))' % (name, self.project), "--update")
            r = self.run_cnnrun("plan", "./%s.lua" % name, "--json", granted=False)
            self.assertEqual(r.code, 0, r.err)
            with open(os.path.join(self.project, "golden", name + ".json")) as f:
                self.assertEqual(json.load(f), json.loads(r.out)["plan"], name)

    def test_golden(self):
        """a golden plan is written when asked for, and then compared: what differs is shown"""
        self.profile("c:port(8080)", 'c:env("A", "1")', 'c:env("KEY_TOKEN", "x", { secret = true })')
        body = 't.golden(t.plan "cnnrun.lua")'
        self.assertIn("there is no golden/cnnrun.json; cnnrun test --update writes it", self.fails(body))
        self.passes(body, "--update")
        self.passes(body)
        with open(os.path.join(self.project, "golden/cnnrun.json")) as f:
            self.assertIn('"KEY_TOKEN":\t"****"', f.read())
        self.profile("c:port(9090)", 'c:env("A", "1")', 'c:env("KEY_TOKEN", "x", { secret = true })')
        out = self.fails(body)
        self.assertIn("the plan is not that of golden/cnnrun.json (- there, + now); "
                      "cnnrun test --update takes it over:\n", out)
        for line in ('  \t\t\t\t\t"host_ip":\t"127.0.0.1",\n- \t\t\t\t\t"host":\t8080,\n'
                     '- \t\t\t\t\t"container":\t8080,\n+ \t\t\t\t\t"host":\t9090,\n'):
            self.assertIn(line, out)
        self.assertNotIn("KEY_TOKEN", out)
        self.passes(body, "--update")
        self.passes(body)

    def test_refused(self):
        """what is wrong is said as cnnrun says it, forms and values"""
        for call in ('c:port "80:80:80"', 'c:gpus "0,all"', 'c:shm_size "1g"', 'c:workdir "x"', 'os.exit(1)',
                     'c:name(opt.nmae)', 'require "socket.http"', "error {}", 'c:env("A", cnn.host.env "API_KEY")'):
            self.profile('local cnn = require "cnnrun"', call)
            r = self.run_cnnrun("plan", "./cnnrun.lua", granted=False)
            said = r.err.replace("cnnrun: error: ", "").strip().replace("in " + self.project, "in the project")
            self.passes("assert.equal(%s, t.refused 'cnnrun.lua')" % json.dumps(said))
        self.profile()
        self.assertIn("cnnrun.lua makes a plan", self.fails("t.refused 'cnnrun.lua'"))

    def test_hosts(self):
        """machines that are not there, and only what is there in files"""
        self.profile('local u = cnn.host.user()', 'c:env("WHO", u.name .. u.uid .. #u.groups)',
                     'c:env("GPU", #cnn.host.gpus() > 0 and cnn.host.gpus()[1].name or "none")',
                     'c:env("ENGINE", cnn.host.engine() and cnn.host.engine().name or "none")',
                     'c:env("AT", cnn.host.arch() .. cnn.host.name() .. (cnn.host.env "DISPLAY" or ""))',
                     'c:env("V", cnn.project.read "VERSION" or "?")', 'c:env("PORT", opt.port)',
                     'c:env("N", #cnn.project.glob "*.csv")',
                     options='port = { env = "PORT", default = "1" }')
        self.write("VERSION", "real")
        self.write("a.csv", "")
        default = 'assert.same({ WHO = "ada10001", GPU = "none", ENGINE = "docker", AT = "amd64machine", ' \
                  'V = "real", PORT = "1", N = "1" }, t.plan("cnnrun.lua").main.env.set)'
        self.passes(default)
        self.passes('''local h = t.host { gpus = { { name = "A100" } }, user = { name = "bob", uid = 7, groups = { "x" } },
            engine = false, arch = "arm64", name = "m", display = ":3", env = { PORT = "5" },
            files = { VERSION = "2", ["b.csv"] = "", ["c.csv"] = "" } }
            assert.same({ WHO = "bob72", GPU = "A100", ENGINE = "none", AT = "arm64m:3", V = "2", PORT = "5", N = "2" },
                t.plan("cnnrun.lua", {}, h).main.env.set)''')
        self.assertIn("t.host: unknown key", self.fails_hard("t.host { gpu = 1 }"))

    def fails_hard(self, body):
        self.spec(body)
        r = self.run_specs()
        self.assertNotEqual(r.code, 0)
        return r.out

    def test_scripts(self):
        """runs of a script are answered as the test says, and kept"""
        self.write("cnnrun.lua", '''local cnn = require "cnnrun"
return cnn.profile { action = "none", setup = function()
    for i = 1, 3 do
        local r, why = cnn.run(cnn.container():image "x":command("n", i), { capture = true })
        print(r and r.code .. r.stdout or why)
    end
end }''')
        self.passes('''local p = t.plan("cnnrun.lua", {}, { runs = t.runs { { stdout = "a" }, { code = 2 },
            { error = "no image" } } })
            assert.same({ "0a", "2", "no image" }, p.printed)
            assert.same({ "n", "2" }, p.runs[2].main.command)''')
        self.assertIn("the script asks for run 2, and t.runs has 1",
                      self.fails_hard('t.plan("cnnrun.lua", {}, { runs = t.runs { {} } })'))

    def test_files(self):
        """named files and directories, or all of the project from anywhere in it"""
        self.profile()
        for name in "a_spec.lua", "sub/b_spec.lua", ".hidden/c_spec.lua", "sub/other.lua":
            self.spec('print("ran " .. debug.getinfo(1, "S").source)', name)
        out = self.run_specs(cwd=os.path.join(self.project, "sub")).out
        self.assertIn("ran @a_spec.lua", out)
        self.assertIn("ran @sub/b_spec.lua", out)
        self.assertNotIn("c_spec", out)
        self.assertNotIn("other", out)
        out = self.run_specs("other.lua", cwd=os.path.join(self.project, "sub")).out
        self.assertIn("ran @sub/other.lua", out)
        self.assertNotIn("_spec", out)
        out = self.run_specs("sub", "--", "-o", "TAP").out
        self.assertIn("ok 1 - it is planned", out)
        r = self.run_specs("nosuch")
        self.assertEqual((r.code, r.err), (125, "cnnrun: error: nosuch: No such file or directory\n"))

    def test_nothing(self):
        """a project without specs says how to begin; a machine without Lua or busted, what to install"""
        self.profile()
        r = self.run_specs()
        self.assertEqual(r.code, 125)
        self.assertIn("there is no file *_spec.lua in %s; write cnnrun_spec.lua" % self.project, r.err)
        self.spec("")
        r = self.run_specs(before=["/usr/bin/env", "PATH=/nosuch"])
        self.assertEqual((r.code, r.err), (125, "cnnrun: error: specs need Lua 5.4 and busted: "
                                                "sudo apt-get install lua5.4 lua-busted\n"))
        r = self.run_specs(env={"LUA_PATH": "/nosuch/?.lua", "LUA_PATH_5_4": "/nosuch/?.lua"})
        self.assertEqual(r.code, 125)
        self.assertIn("busted for Lua 5.4 is not installed: sudo apt-get install lua-busted", r.err)
