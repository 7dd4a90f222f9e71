# SPDX-License-Identifier: MIT
"""docs/json.md: every key that comes is there, and so is every key that it says always comes."""
import json
import os
import re

import kit

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# Keys of these are names or values of others.
FREE = re.compile(r"^(resolved|plan\.containers)\.\*\.(label|env|env_default|sysctl|host|build\.args|build\.labels)$")


def read(name):
    with open(os.path.join(TOP, "docs", name), encoding="utf-8") as f:
        return f.read()


def documented(section):
    """Patterns of keys of that part of the page."""
    text = read("json.md").split("\n## %s\n" % section)[1].split("\n## ")[0]
    keys = [k for line in text.splitlines() if line.startswith("| `") for k in re.findall("`([^`]+)`", line.split(" | ")[0])]
    return {k: re.compile(re.escape(k).replace(r"\*", r"[^.\[]+").replace("…", ".*") + "$") for k in keys}


def paths(value, at=""):
    """ "a.b[].c" of every value."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from paths(one, (at + "." if at else "") + key.replace(".", "_").replace("[", "_"))
    elif isinstance(value, list):
        for one in value:
            yield from paths(one, at + "[]")
    else:
        yield at


class Json(kit.Case):
    def shown(self, section, *words, code=0, **more):
        """What comes, all of which the page has."""
        r = self.run_cnnrun(*words, **more)
        self.assertEqual(r.code, code, r.err)
        found = json.loads(r.out)
        known = documented(section)
        for path in set(paths(found)):
            self.assertTrue([k for k, p in known.items() if p.match(path)], "docs/json.md, %s, lacks %s" % (section, path))
        return found

    def always(self, items, *keys):
        self.assertTrue(items)
        for item in items:
            self.assertLessEqual(set(keys), set(item))

    def test_without_engine(self):
        """version, help, list, doctor and allow --list print what docs/json.md says"""
        self.profile(options='flavour = { about = "which" }')
        self.assertEqual(set(self.shown("version", "version", "--json")), set(documented("version")))
        self.always(self.shown("help", "help", "--json"), "name", "usage", "about", "groups")
        self.assertEqual([c["name"] for c in self.shown("help", "help", "--json", "stop")], ["stop"])
        self.write("profiles/bad.lua", "return 1")
        self.always(self.shown("list", "list", "--json"), "name", "path", "origin")
        r = self.run_cnnrun("doctor", "--json")
        self.always(self.shown("doctor", "doctor", "--json", code=r.code), "level", "what", "detail")
        self.run_cnnrun("allow", self.profile("c:network 'host' c:mount('/srv', '/srv')"))
        self.always(self.shown("allow", "allow", "--list", "--json"), "path", "project", "exists", "when", "rights")

    def test_plan(self):
        """plan --json has the keys of docs/json.md, and of containers those of the primitives"""
        verbs = set(re.findall(r"(?m)^\| `(\w+)` \|", read("primitives.md")))
        rows = {k: re.findall("`([a-z_]+)`", line) for line in read("json.md").splitlines()
                for k in ("plan.containers.*", "resolved.*") if line.startswith("| `%s" % k)}
        path = self.profile("""c:mount("/srv", "/srv") c:env("A", "1") c:shm "1g" c:port "8080" c:tmpfs "/t"
            c:user "host" c:home "home" c:capability "SYS_PTRACE" c:hostname "h" c:gpus "none" """)
        os.makedirs(os.path.join(self.project, "home"), exist_ok=True)
        for words in (path,), ("shell", "--image", "busybox"), ("sandbox", "--image", "busybox"):
            j = self.shown("plan", "plan", *words, "--json")
            self.always([j], "plan", "resolved", "rights", "not_granted")
            for of, where in ("plan.containers.*", j["plan"]["containers"]), ("resolved.*", j["resolved"]):
                for container in where.values():
                    self.assertEqual(set(container) - verbs - set(rows[of]) - set(rows["plan.containers.*"]), set(), of)

    def test_ps_and_clean(self):
        """ps and clean print what docs/json.md says; nothing is removed by clean --dry-run --json"""
        path = self.profile('c:command { "sleep", "60" }')
        name = self.run_cnnrun(path, "--detach", "--keep").out.strip()
        self.always(self.shown("ps", "ps", "--json"), "id", "name", "profile", "project", "uid", "image", "state",
                    "status", "created")
        self.run_cnnrun("stop", "-t", "0", name)
        kit.wait_for(lambda: name in self.run_cnnrun("clean", "--dry-run").out, 20)
        for words, removed in (("--dry-run",), False), ((), True):
            things = self.shown("clean", "clean", "--json", *words)
            self.always(things, "kind", "name", "removed")
            self.assertEqual({t["removed"] for t in things if t["name"] == name}, {removed})
        self.assertEqual(self.shown("clean", "clean", "--json"), [])
