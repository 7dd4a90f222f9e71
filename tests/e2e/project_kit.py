# SPDX-License-Identifier: MIT
"""Projects as docs/from-docker.md has them: the profile that the page shows, unchanged, with
images that behave like those it names."""
import os
import re
import shutil
import socket
import subprocess
import urllib.error
import urllib.request

import kit

# Rights, as they are listed.
DOCKERS = "have docker's default rights (chown, setuid programs, raw sockets, …)"
ROOT_OF_IMAGE = "be root in the container, where its image is"
DISPLAY = "see and control your X display"
NETWORK = "use the host's network, its loopback and abstract sockets (X's too)"

PROJECTS = os.path.join(kit.TOP, "tests/projects")
# What stands in for each image: a directory of tests/projects/images, the image it is made from.
IMAGES = {
    "mcr.microsoft.com/devcontainers/python:3.12": ("devcontainer", "projects"),
    "nginx:1.27": ("nginx", "projects"),
    "nvcr.io/nvidia/isaac-sim:5.0.0": ("isaac", "projects"),
    "nvcr.io/nvidia/l4t-jetpack:r36.4.0": ("l4t", "projects"),
    "nvcr.io/nvidia/pytorch:24.05-py3": ("pytorch", "projects"),
    "osrf/ros:humble-desktop": ("ros", "projects"),
    "postgres:16": ("postgres", "databases"),
    "px4io/px4-dev-ros2-humble:latest": ("px4", "projects"),
    "python:3.12-slim": ("python", "projects"),
    "quay.io/jupyter/scipy-notebook:latest": ("jupyter", "projects"),
    "redis:7": ("redis", "databases"),
    "ubuntu:24.04": ("ubuntu", "projects"),
}


def make(image, **env):
    directory, base = IMAGES[image]
    where = os.path.join(kit.SCRATCH, base)
    os.makedirs(where, exist_ok=True)
    env = kit.environment(DOCKER_BUILDKIT="0", **env)
    subprocess.run([os.path.join(kit.TOP, "tests/lib/images.sh"), where, base], check=True, env=env)
    kit.tool("docker", "build", "-q", "-t", image, os.path.join(PROJECTS, "images", directory),
             env=env, stderr=subprocess.DEVNULL)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def fetched(port, path="/"):
    """The body that a server on this machine answers with, or None."""
    try:
        with urllib.request.urlopen("http://127.0.0.1:%d%s" % (port, path), timeout=5) as r:
            return r.read().decode()
    except (urllib.error.HTTPError, OSError):
        return None


class Project:
    """Beside kit.Case: a project of this kind, its images and its profile."""

    uid = kit.USER
    kind = ""
    images = ()
    env = {}  # of all runs
    volumes = ()
    rights = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for image in cls.images:
            make(image, **cls.env)

    def setUp(self):
        super().setUp()
        files = os.path.join(PROJECTS, self.kind)
        if os.path.isdir(files):
            shutil.copytree(files, self.project, dirs_exist_ok=True)
        shutil.copy(os.path.join(kit.TOP, "examples/from-docker", self.kind + ".lua"),
                    os.path.join(self.project, "cnnrun.lua"))
        kit.tool("chown", "-R", "%d:%d" % (self.uid, self.uid), self.project)
        self.addCleanup(self.remove_volumes)

    def remove_volumes(self):
        for name in self.volumes:
            kit.engine.call("DELETE", "/volumes/" + name)

    def run_cnnrun(self, *words, env=(), **more):
        return super().run_cnnrun(*words, env=dict(self.env, **dict(env)), **more)

    def start_cnnrun(self, *words, env=(), **more):
        return super().start_cnnrun(*words, env=dict(self.env, **dict(env)), **more)

    def test_rights(self):
        """it is asked for what the page says, and for no more"""
        r = self.run_cnnrun("plan", granted=False)
        self.assertEqual(r.code, 0, r.err)
        listed = r.out.partition(" can:\n")[2].partition("\nOf these")[0]
        listed = re.sub(r"  - |  \(not granted yet\)| :\d+", "", listed)
        self.assertEqual(listed.splitlines(), list(self.rights))

    def ran(self, *words, **more):
        """A run to its end, which has to be good."""
        r = self.run_cnnrun("./cnnrun.lua", *words, **more)
        self.assertEqual(r.code, 0, r.err + r.out)
        return r

    def read(self, name):
        with open(os.path.join(self.project, name)) as f:
            return f.read()

    def served(self, port, path="/"):
        return kit.wait_for(lambda: fetched(port, path), 60, "an answer at %d%s" % (port, path))

    def assertYours(self, group=None):
        """All there is in the project belongs to the user, and to his group or this one."""
        for where, directories, files in os.walk(self.project):
            for name in directories + files:
                path = os.path.join(where, name)
                info = os.lstat(path)
                self.assertEqual(info.st_uid, self.uid, path)
                self.assertIn(info.st_gid, (self.uid, group), path)

    def stop(self, p):
        p.terminate()
        p.wait(60)
