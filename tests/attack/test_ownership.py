# SPDX-License-Identifier: MIT
"""Attempts to have cnnrun act on a container, volume or image that this user's cnnrun did not
make, or to have a profile act on one that was granted more than it."""
import os
import signal

import attack
import kit
from engine_api import engine

OTHER = 1001  # another user of this engine


class Ownership(attack.Attack):
    def labels(self, **more):
        """What cnnrun says of its containers, said by somebody else."""
        found = {"cnnrun": "1", "cnnrun.uid": str(self.uid), "cnnrun.project": self.project,
                 "cnnrun.profile": self.project + "/cnnrun.lua", "cnnrun.rights": "[]"}
        found.update(more)
        return found

    def image_of(self, labels):
        """An image that brings these labels."""
        lines = "".join("LABEL %s=%r\n" % (k, v) for k, v in labels.items())
        self.write("theirs/Dockerfile", "FROM busybox\n" + lines)
        self.write("theirs.lua", 'local cnn = require "cnnrun"\nreturn cnn.profile { about = "t", '
                   'setup = function(c) c:build { tag = "kit-theirs", context = "theirs" } end }')
        r = self.run_cnnrun("build", "./theirs.lua")
        self.assertEqual(r.code, 0, r.err)
        self.addCleanup(engine.call, "DELETE", "/images/kit-theirs?force=1")
        return "kit-theirs"

    def docker_run(self, name, image="busybox", labels=None, run=True):
        """A container that docker made."""
        command = ["sleep", "1000"] if run else ["true"]
        status, made = engine.call("POST", "/containers/create?name=" + name, {
            "Image": image, "Entrypoint": command, "Labels": labels or {}})
        self.assertEqual(status, 201, made)
        self.addCleanup(engine.remove, name)
        engine.call("POST", "/containers/%s/start" % name)
        if not run:
            engine.call("POST", "/containers/%s/wait" % name)
        return made["Id"]

    def mine(self, name="kit-mine", *calls, file="mine.lua"):
        """A running container that this user's cnnrun made."""
        self.profile('c:name "%s"' % name, "c:detach()", *calls, name=file)
        r = self.run_cnnrun("./" + file, "--", "sleep", "1000")
        self.assertEqual(r.code, 0, r.err)
        self.addCleanup(engine.remove, name)
        return name

    def runs(self, name):
        return engine.containers()[name]["State"] == "running"

    def assertUntouched(self, name):
        """None of what acts on containers does so on this one, which runs."""
        for words in (("exec", name, "--", "touch", "/proof"), ("stop", name), ("logs", name),
                      ("attach", name)):
            r = self.attempt(*words)
            self.assertHeld(r, "cnnrun has no container '%s'" % name)
        self.attempt("stop", "--all")
        self.attempt("clean")
        self.assertTrue(self.runs(name))
        self.assertNotIn(name, self.attempt("ps", "--all", "--names").out)

    def test_image(self):
        """an image that carries cnnrun's labels makes docker's containers the user's"""
        self.docker_run("kit-x", self.image_of(self.labels()))
        self.assertUntouched("kit-x")

    def test_image_mark(self):
        """the same with a mark that somebody made up"""
        self.docker_run("kit-x", self.image_of(self.labels(**{"cnnrun.mark": "0" * 64})))
        self.assertUntouched("kit-x")

    def test_labels(self):
        """a compose file's labels do"""
        self.docker_run("kit-x", labels=self.labels(**{"cnnrun.launch": "1-0123456789abcdef"}))
        self.assertUntouched("kit-x")

    def test_commit(self):
        """a copy of the user's own container carries its mark"""
        self.mine()
        engine.call("POST", "/commit?container=kit-mine&repo=kit-copy", {})
        self.addCleanup(engine.call, "DELETE", "/images/kit-copy?force=1")
        engine.call("POST", "/containers/kit-mine/stop?t=0")
        engine.remove("kit-mine")
        self.docker_run("kit-x", "kit-copy")
        self.assertIn("cnnrun.mark", engine.inspect("kit-x")["Config"]["Labels"])
        self.assertUntouched("kit-x")

    def test_other_image(self):
        """all labels of the user's own container, mark included, on another image"""
        self.mine()
        labels = engine.inspect("kit-mine")["Config"]["Labels"]
        engine.call("POST", "/commit?container=kit-mine&repo=kit-copy", {})
        self.addCleanup(engine.call, "DELETE", "/images/kit-copy?force=1")
        self.docker_run("kit-x", "kit-copy", labels)
        self.assertHeld(self.attempt("exec", "kit-x", "--", "true"), "cnnrun has no container")

    def test_other_user(self):
        """another user's cnnrun makes a container, and says it is this user's"""
        self.profile('c:name "kit-other"', "c:detach()")
        for path in self.project, self.project + "/.git", self.project + "/cnnrun.lua":
            os.chown(path, 0, 0)
        r = self.run_cnnrun("./cnnrun.lua", "--", "sleep", "1000", uid=OTHER)
        for path in self.project, self.project + "/.git", self.project + "/cnnrun.lua":
            os.chown(path, self.uid, self.uid)
        self.assertEqual(r.code, 0, r.err)
        labels = engine.inspect("kit-other")["Config"]["Labels"]
        self.run_cnnrun("stop", "kit-other", uid=OTHER)
        engine.remove("kit-other")
        self.docker_run("kit-x", labels=dict(labels, **{"cnnrun.uid": str(self.uid)}))
        self.assertUntouched("kit-x")

    def test_clean(self):
        """cnnrun clean removes a container that docker made, once it ended"""
        self.docker_run("kit-x", self.image_of(self.labels()), run=False)
        self.attempt("clean")
        self.assertIn("kit-x", engine.containers())

    def killed(self, again):
        """A launch is killed while a copy of its container, label and all, runs for docker."""
        self.profile("c:keep(false)")
        p = self.start_cnnrun("./cnnrun.lua", "--", "sleep", "1000")
        name = self.new_container()
        engine.call("POST", "/commit?container=%s&repo=kit-copy" % name, {})
        self.addCleanup(engine.call, "DELETE", "/images/kit-copy?force=1")
        self.docker_run("kit-x", "kit-copy")
        victims = kit.processes() - self.before["processes"] if again else {p.pid}
        for pid in victims:
            os.kill(pid, signal.SIGKILL)
        p.wait()
        if again:
            self.attempt("./cnnrun.lua", "--", "true")
        kit.wait_for(lambda: name not in engine.containers(), 30, "the end of " + name)
        self.assertTrue(self.runs("kit-x"))

    def test_janitor(self):
        """the janitor of a killed launch removes a copy of its container"""
        self.killed(again=False)

    def test_sweep(self):
        """the sweep behind a killed janitor removes it"""
        self.killed(again=True)

    def test_detached_end(self):
        """the janitor of a container in the background waits for a copy to end, which never does"""
        self.mine()
        engine.call("POST", "/commit?container=kit-mine&repo=kit-copy", {})
        self.addCleanup(engine.call, "DELETE", "/images/kit-copy?force=1")
        self.docker_run("kit-x", "kit-copy")
        self.assertEqual(self.attempt("stop", "-t", "0", "kit-mine").code, 0)
        kit.wait_for(lambda: not kit.processes() - self.before["processes"], 20, "the janitor's end")
        self.assertTrue(self.runs("kit-x"))

    def test_volume(self):
        """a volume that somebody labelled is removed by clean --volumes"""
        for label in {}, {"cnnrun.mark": "0" * 64}:
            engine.call("POST", "/volumes/create", {
                "Name": "kit-theirs", "Labels": dict(self.labels(), **label)})
            self.addCleanup(engine.call, "DELETE", "/volumes/kit-theirs")
            r = self.attempt("clean", "--volumes")
            self.assertIn("kit-theirs", engine.volumes())
            self.assertIn("docker volume rm kit-theirs", r.err)
            engine.call("DELETE", "/volumes/kit-theirs")

    def test_volume_mark(self):
        """the mark of one of the user's volumes is put on another"""
        self.profile('c:volume("kit-own", "/data")')
        self.shell("true")
        self.addCleanup(engine.call, "DELETE", "/volumes/kit-own")
        labels = engine.get("/volumes/kit-own")["Labels"]
        self.assertIn("cnnrun.mark", labels)
        engine.call("POST", "/volumes/create", {"Name": "kit-theirs", "Labels": labels})
        self.addCleanup(engine.call, "DELETE", "/volumes/kit-theirs")
        r = self.attempt("clean", "--volumes")
        self.assertIn("removed volume kit-own\n", r.out)
        self.assertIn("kit-theirs", engine.volumes())

    def test_base(self):
        """an image that somebody gave the name of a base is removed by clean --images"""
        kit.engine.call("POST", "/images/busybox/tag?repo=cnnrun-base&tag=theirs")
        self.addCleanup(engine.call, "DELETE", "/images/cnnrun-base:theirs")
        self.attempt("clean", "--images")
        self.assertEqual(engine.call("GET", "/images/cnnrun-base:theirs/json")[0], 200)

    def test_label(self):
        """a profile sets one of cnnrun's own labels"""
        for name in "cnnrun", "cnnrun.uid", "cnnrun.mark", "cnnrun.project":
            self.profile('c:label("%s", "1")' % name)
            self.assertHeld(self.attempt("./cnnrun.lua"), "label of cnnrun's own")

    def key(self):
        return os.path.join(kit.environment(self.uid)["HOME"], ".local/state/cnnrun/key")

    def test_key(self):
        """the key of the marks is open to others, or a link: it counts for nothing"""
        self.mine()
        key, there = self.key(), self.key() + ".there"
        self.assertEqual(os.stat(key).st_mode & 0o7777, 0o600)
        os.rename(key, there)
        self.addCleanup(os.rename, there, key)
        os.symlink(there, key)
        self.addCleanup(os.unlink, key)
        self.assertNotIn("kit-mine", self.attempt("ps", "--names").out)
        os.unlink(key)
        with open(key, "wb") as f, open(there, "rb") as old:
            f.write(old.read())
        os.chown(key, self.uid, self.uid)
        os.chmod(key, 0o644)
        r = self.attempt("ps", "--names")
        self.assertNotIn("kit-mine", r.out)
        self.assertIn("open to others", r.err)

    def entering(self, call):
        """A steering profile of this project that was granted nothing."""
        return self.write("cnnrun.lua", """local cnn = require "cnnrun"
        return cnn.profile { about = "s", action = "none", setup = function(c)
            local r, why = cnn.exec(%s)
            print(r and "ENTERED " .. r.stdout or why)
        end }""" % call)

    def assertNotEntered(self, *words):
        r = self.attempt("./cnnrun.lua")
        self.assertNotIn("ENTERED", r.out + r.err)
        for word in words:
            self.assertIn(word, r.out + r.err)

    def test_exec_docker(self):
        """cnn.exec enters a container of docker's by its labels"""
        self.docker_run("kit-x", labels=self.labels())
        self.entering('"kit-x", { "id" }, { capture = true }')
        self.assertNotEntered("no running container")

    def test_exec_more(self):
        """cnn.exec enters a container of the same project that was granted more"""
        self.mine("kit-mine", 'c:mount("%s", "/home-of-user")' % os.path.dirname(self.secret))
        self.entering('"kit-mine", { "cat", "/home-of-user/secret" }, { capture = true }')
        self.assertNotEntered("is not allowed to ", "write outside the project")

    def test_exec_network(self):
        """the same for the host's network"""
        self.mine("kit-mine", 'c:network "host"')
        self.entering('"kit-mine", { "id" }, { capture = true }')
        self.assertNotEntered("is not allowed to use the host's network")

    def test_exec_shipped(self):
        """the same into the container of a profile that came with cnnrun, which was granted nothing"""
        self.write("docker/Dockerfile", "FROM busybox\n")
        p = self.start_cnnrun("gui", "--devices", "none", "--image", "busybox", "--", "sleep", "1000")
        name = self.new_container()
        self.entering('"%s", { "id" }, { capture = true }' % name)
        self.assertNotEntered("is not allowed to see and control your X display")
        p.kill()

    def test_exec_project(self):
        """cnn.exec enters a container of another project"""
        self.mine()
        other = self.project
        self.project = os.path.join(other, "clone")
        self.write(".git/HEAD", "ref: refs/heads/main\n")
        self.entering('"kit-mine", { "id" }, { capture = true }')
        self.assertNotEntered("no running container")
        self.project = other

    def test_exec_group(self):
        """cnn.exec as a group that is not the user's, by number, name, or the image's word"""
        self.mine()
        for user, words in (("1000:0", "group 0"), ("1000:disk", "group disk"), ("1001", "user 1001"),
                            ("1001:1000", "user 1001"), ("1000:4294967296", "group 4294967296"),
                            (":0", "root"), ("4294967296", "root"), ("1000 ", "root")):
            self.entering('"kit-mine", { "id" }, { capture = true, user = "%s" }' % user)
            self.assertNotEntered("is not allowed to be", words)

    def test_exec_image_group(self):
        """the image says that the user's number is of root's group"""
        self.write("img/passwd", "root:x:0:0::/:/bin/sh\nme:x:1000:0::/:/bin/sh\n")
        self.write("img/Dockerfile", "FROM busybox\nCOPY passwd /etc/passwd\n")
        self.profile('c:build { tag = "kit-img", context = "img" }', 'c:name "kit-mine"', "c:detach()",
                     'c:user { uid = 1000, gid = 1000 }', image=None, name="mine.lua")
        self.addCleanup(engine.call, "DELETE", "/images/kit-img?force=1")
        r = self.run_cnnrun("./mine.lua", "--", "sleep", "1000")
        self.assertEqual(r.code, 0, r.err)
        self.addCleanup(engine.remove, "kit-mine")
        self.entering('"kit-mine", { "id", "-g" }, { capture = true, user = "1000" }')
        r = self.attempt("./cnnrun.lua")
        self.assertIn("ENTERED 1000", r.out + r.err)
