# SPDX-License-Identifier: MIT
"""The command line, command by command."""
import json
import os
import subprocess

import kit
from pty_session import Session

COMMANDS = ("plan", "build", "exec", "ps", "logs", "attach", "stop", "clean", "list", "init",
            "allow", "deny", "doctor", "version")


class Help(kit.Case):
    def test_everywhere(self):
        """--help of cnnrun and of every command, on stdout, with status 0"""
        for words in [()] + [(c,) for c in COMMANDS]:
            r = self.run_cnnrun(*words, "--help")
            self.assertEqual((r.code, r.err), (0, ""), words)
            self.assertIn("cnnrun " + " ".join(words), r.out)

    def test_names_every_command(self):
        """--help names every command"""
        out = self.run_cnnrun("--help").out
        for c in COMMANDS:
            self.assertIn("  %s " % c, out)

    def test_profile(self):
        """--help of a profile shows its own options"""
        self.profile(options='flavour = { short = "f", default = "plain", about = "which taste" }')
        r = self.run_cnnrun("./cnnrun.lua", "--help")
        self.assertEqual(r.code, 0, r.err)
        for word in "--flavour", "-f", "which taste", "plain":
            self.assertIn(word, r.out)

    def test_version(self):
        """version"""
        r = self.run_cnnrun("--version")
        self.assertEqual(r.code, 0)
        self.assertRegex(r.out, r"cnnrun \d+\.\d+\.\d+")

    def test_completion(self):
        """the completion scripts are good for their shells"""
        r = self.run_cnnrun("completion", "bash")
        self.assertEqual(r.code, 0, r.err)
        subprocess.run(["bash", "-n"], input=r.out, text=True, check=True)
        for shell in "zsh", "fish":
            self.assertTrue(self.run_cnnrun("completion", shell).out)

    def test_suggestion(self):
        """a mistyped word is answered with the nearest"""
        r = self.run_cnnrun("plna")
        self.assertEqual(r.code, 2)
        self.assertIn("plan", r.err)


class Completion(kit.Case):
    def complete(self, *words):
        """What bash offers for the last of these words."""
        script = 'source <(cnnrun completion bash); compopt() { :; }; COMP_WORDS=("$@")\n' \
                 "COMP_CWORD=$(($# - 1)); _cnnrun; printf '%s\\n' \"${COMPREPLY[@]}\""
        env = dict(os.environ, PATH=kit.SCRATCH + ":" + os.environ["PATH"])
        r = subprocess.run(["bash", "-c", script, "bash", "cnnrun", *words], cwd=self.project,
                           env=env, capture_output=True, text=True, timeout=60, check=True)
        self.assertEqual(r.stderr, "")
        return r.stdout.splitlines()

    def test_foreign_names(self):
        """TAB runs nothing out of a profile's name, and offers what is safe to type"""
        for i, name in enumerate(("$(touch pwned%d)", "`touch pwned%d`", "a;touch pwned%d",
                                  "a\ntouch pwned%d", "<(touch pwned%d)", "a b%d", "'%d",
                                  "${x[$(touch pwned%d)]}")):
            self.profile(name="profiles/%s.lua" % (name % i))
        self.profile(name="profiles/fine_1.2-x.lua", options="""colour = {
            choices = { "$(touch chosen)", "`touch chosen`" }, about = "$(touch told)" }""")
        before = sorted(os.listdir(self.project))
        self.assertEqual(self.complete("fi"), ["fine_1.2-x"])
        self.assertEqual(self.complete("plan", "fine"), ["fine_1.2-x"])
        self.assertEqual(self.complete("plan", "fine_1.2-x", "--col"), ["--colour"])
        for words in ("",), ("plan", ""):
            offered = self.complete(*words)
            self.assertIn("fine_1.2-x", offered)
            for word in offered:
                self.assertRegex(word, r"^[A-Za-z0-9_.-]+$")
        self.complete("plan", "$(touch pwned0)", "--")
        self.assertEqual(sorted(os.listdir(self.project)), before)


class NoProject(kit.Case):
    def refused(self, said, before, *words):
        """One line, and nothing is made: neither a container nor a directory of /."""
        root = os.listdir("/")
        for uid in None, kit.USER:
            r = kit.cnnrun(*words, uid=uid, granted=False, cwd=self.project,
                           before=("sh", "-c", before + ' && exec "$@"', "sh"))
            self.assertEqual((r.out, len(r.err.splitlines())), ("", 1), (words, uid, r.err))
            self.assertIn(said, r.err)
            self.assertNotEqual(r.code, 0)
            self.assertEqual(os.listdir("/"), root)

    def test_gone(self):
        """a working directory that is gone is said; it does not make / the project"""
        self.profile()
        os.chmod(self.project, 0o777)
        for words in ((), ("shell",), ("gui",), ("plan", "shell"), ("allow", "shell"),
                      ("./cnnrun.lua",), ("nosuch",), ("build",), ("list",), ("logs",), ("init",),
                      ("deny", "./x.lua")):
            self.refused("the working directory is gone; change to one that is there",
                         "mkdir gone && cd gone && rmdir ../gone", *words)

    def test_gone_but_not_needed(self):
        """what needs no working directory goes on without"""
        path = self.profile('c:command { "echo", "fine" }')
        for words, said in ((path,), "fine"), (("--version",), "cnnrun "), (("ps",), "NAME"):
            r = self.run_cnnrun(*words, before=("sh", "-c", 'mkdir gone && cd gone && '
                                                'rmdir ../gone && exec "$@"', "sh"))
            self.assertEqual(r.code, 0, r.err)
            self.assertIn(said, r.out)

    def test_root(self):
        """nor is / the project because one stands there"""
        for words in ("shell",), ("plan", "gui"), ("list",), ("logs",):
            self.refused("/ is no project; change to a project's directory", "cd /", *words)


class Init(kit.Case):
    def test_image(self):
        """init writes a profile that runs as it is"""
        r = self.run_cnnrun("init", "--image", "busybox")
        self.assertEqual((r.code, r.out), (0, ""), r.err)
        self.write("file", "hello")
        r = self.run_cnnrun("--", "cat", "file")
        self.assertEqual((r.code, r.out), (0, "hello"), r.err)

    def test_shell(self):
        """bash where the image has it, UTF-8, a history that stays and that git does not see"""
        for image, shell in ("busybox", "sh"), ("debian:bookworm-slim", "bash"):
            self.run_cnnrun("init", "--image", image)
            script = "echo $LANG; cat /proc/$$/comm; echo x >~/.ash_history\n"
            r = self.run_cnnrun(input=script)
            self.assertEqual((r.code, r.out.split()), (0, ["C.UTF-8", shell]), r.err)
            subprocess.run(["git", "init", "-q"], cwd=self.project, check=True)
            seen = subprocess.run(["git", "status", "--porcelain", "-uall"], cwd=self.project,
                                  stdout=subprocess.PIPE, text=True, check=True).stdout
            self.assertEqual(seen, "?? cnnrun.lua\n")
            self.assertTrue(os.path.exists(os.path.join(self.project, "docker/home/.ash_history")))
            os.unlink(os.path.join(self.project, "cnnrun.lua"))

    def test_dockerfile(self):
        """with a Dockerfile it builds that"""
        self.write("docker/Dockerfile", "FROM busybox\n")
        self.assertEqual(self.run_cnnrun("init").code, 0)
        plan = json.loads(self.run_cnnrun("plan", "--json").out)["plan"]["containers"]["main"]
        self.assertEqual(plan["build"]["dockerfile"], "docker/Dockerfile")
        self.assertRegex(plan["build"]["tag"], r"^project[a-z0-9-]*:latest$")

    def test_image_name(self):
        """an image without a name has the project's, in letters that names may have"""
        for name, tag in ("My Project_2", "my-project-2"), ("_-x-_", "x"), ("...", "project"):
            where = os.path.dirname(self.write("%s-dir/%s/Dockerfile" % (tag, name), "FROM busybox\n"))
            self.write("%s-dir/%s/cnnrun.lua" % (tag, name), 'local cnn = require "cnnrun"\n'
                       "return cnn.profile { setup = function(c) c:build {} end }\n")
            r = self.run_cnnrun("plan", cwd=where)
            self.assertIn("image      %s:latest\n" % tag, r.out, r.err)

    def test_overwrites_nothing(self):
        """a cnnrun.lua that is there stays"""
        self.write("cnnrun.lua", "-- mine\n")
        r = self.run_cnnrun("init")
        self.assertEqual(r.code, 125)
        self.assertIn("there is a cnnrun.lua already", r.err)
        with open(os.path.join(self.project, "cnnrun.lua")) as f:
            self.assertEqual(f.read(), "-- mine\n")

    def test_bad_image(self):
        """a bad reference is a usage error and leaves no file"""
        r = self.run_cnnrun("init", "--image", "a b")
        self.assertEqual(r.code, 2)
        self.assertIn("no image reference", r.err)
        self.assertFalse(os.path.exists(os.path.join(self.project, "cnnrun.lua")))


class Look(kit.Case):
    def test_list(self):
        """list names the shipped profiles"""
        out = self.run_cnnrun("list").out
        for name in "gui", "shell", "train", "build", "sandbox":
            self.assertIn(name, out)

    def test_list_json(self):
        """list --json is JSON"""
        self.assertTrue(json.loads(self.run_cnnrun("list", "--json").out))

    def test_no_colour_in_pipes(self):
        """no escape sequences in pipes"""
        for words in ("--help",), ("list",), ("doctor",), ("ps",):
            r = self.run_cnnrun(*words)
            self.assertNotIn("\x1b", r.out + r.err)

    def test_profile_error(self):
        """an error in a profile: file, line, message; a traceback with --verbose"""
        self.write("cnnrun.lua", 'local cnn = require "cnnrun"\n\nreturn nosuch.thing\n')
        r = self.run_cnnrun("./cnnrun.lua")
        self.assertEqual(r.code, 125)
        self.assertIn("cnnrun.lua:3", r.err)
        self.assertEqual(len(r.err.splitlines()), 1, r.err)
        self.assertIn("traceback", self.run_cnnrun("--verbose", "./cnnrun.lua").err)

    def test_misuse(self):
        """misuse is reported at the caller's line"""
        self.profile('c:mount(".", "relative")')
        r = self.run_cnnrun("plan", "./cnnrun.lua")
        self.assertEqual(r.code, 125)
        self.assertRegex(r.err, r"cnnrun\.lua:\d+: ")

    def test_project_profile(self):
        """with no PROFILE the project's cnnrun.lua is run"""
        self.profile('c:command { "echo", "hello" }')
        self.write("below/file", "")
        r = self.run_cnnrun(cwd=os.path.join(self.project, "below"))
        self.assertEqual((r.code, r.out), (0, "hello\n"), r.err)

    def test_unknown_profile(self):
        """a profile that is not there: where it was looked for"""
        r = self.run_cnnrun("profiles/nosuch.lua")
        self.assertIn(r.code, (2, 125))
        self.assertIn("nosuch", r.err)


class Running(kit.Case):
    """Verbs on a container in the background."""

    def setUp(self):
        super().setUp()
        self.profile('c:name "kit-verbs"', 'c:log()', 'c:command { "sh", "-c", '
                     '"echo started; trap \\"exit 3\\" TERM; while :; do sleep 0.1; done" }')
        r = self.run_cnnrun("./cnnrun.lua", "--detach")
        self.assertEqual((r.code, r.out), (0, "kit-verbs\n"), r.err)

    def tearDown(self):
        if "kit-verbs" in kit.engine.containers():
            self.run_cnnrun("stop", "kit-verbs")
            kit.engine.remove("kit-verbs")

    def test_ps(self):
        """ps shows it, as a table and as JSON"""
        self.assertIn("kit-verbs", self.run_cnnrun("ps").out)
        [shown] = [c for c in json.loads(self.run_cnnrun("ps", "--json").out) if c["name"] == "kit-verbs"]
        self.assertEqual(shown["image"], "busybox")

    def test_image(self):
        """it is made from the image's id, and shown with its name"""
        made = kit.engine.inspect("kit-verbs")
        self.assertEqual(made["Config"]["Image"], made["Image"])
        self.assertRegex(self.run_cnnrun("ps").out, r"kit-verbs .* busybox ")

    def test_logs(self):
        """logs prints what it said"""
        kit.wait_for(lambda: self.run_cnnrun("logs", "kit-verbs").out == "started\n", 10, "the log")

    def test_exec(self):
        """exec: output, status, input, a terminal"""
        r = self.run_cnnrun("exec", "kit-verbs", "--", "sh", "-c", "cat; exit 6", input="words\n")
        self.assertEqual((r.code, r.out), (6, "words\n"), r.err)
        r = self.run_cnnrun("exec", "kit-verbs", "--", "nosuch")
        self.assertEqual((r.code, r.err), (127, "cnnrun: the container has no program nosuch\n"))
        s = Session("exec", "kit-verbs", "--", "stty", "size", rows=37, cols=91, cwd=self.project)
        self.addCleanup(s.close)
        s.expect("37 91")
        self.assertEqual(s.wait(), 0)

    def test_stop(self):
        """stop ends it and nothing of it stays"""
        r = self.run_cnnrun("stop", "kit-verbs")
        self.assertEqual(r.code, 0, r.err)
        kit.wait_for(lambda: "kit-verbs" not in kit.engine.containers(), 20, "its removal")

    def test_clean(self):
        """clean leaves running containers alone"""
        self.assertEqual(self.run_cnnrun("clean").code, 0)
        self.assertIn("kit-verbs", kit.engine.containers())

    def test_unknown(self):
        """a container that is not there"""
        for verb in "stop", "logs", "attach":
            r = self.run_cnnrun(verb, "kit-nosuch")
            self.assertEqual(r.code, 125, verb)
            self.assertIn("kit-nosuch", r.err)
