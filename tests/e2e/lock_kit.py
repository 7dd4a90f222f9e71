# SPDX-License-Identifier: MIT
"""What the tests of locks share: a project whose image has packages, made without a network."""
import json
import os

import kit

# what pip and dpkg leave behind, of packages that are nothing else
INSTALL = """#!/bin/sh
for p; do
	name=${p%%==*} version=${p##*==}
	case $name in
	deb-*) printf 'Package: %s\\nStatus: install ok installed\\nArchitecture: all\\nVersion: %s\\n\\n' \\
		"${name#deb-}" "$version" >>/var/lib/dpkg/status ;;
	*) d=/usr/lib/python3/dist-packages/$name-$version.dist-info
		mkdir -p $d && printf 'Metadata-Version: 2.1\\nName: %s\\nVersion: %s\\n\\nVersion: 9\\n' \\
			"$name" "$version" >$d/METADATA ;;
	esac
done
"""
DOCKERFILE = """FROM busybox
COPY install /bin/install
RUN mkdir -p /var/lib/dpkg
RUN install deb-bash==5.2-1 deb-libc6==2.36
RUN install numpy==1.26.4 six==1.16.0
"""


def images():
    """Those of one second come in any order."""
    return sorted((i["Id"], i["RepoTags"] or []) for i in kit.engine.get("/images/json"))


class Locking(kit.Case):
    def setUp(self):
        super().setUp()
        self.addCleanup(kit.engine.call, "DELETE", "/images/kit-lock?force=1")
        self.write("ctx/install", INSTALL, 0o755)
        self.write("ctx/Dockerfile", DOCKERFILE)
        self.build_profile()

    def build_profile(self, *calls, build='tag = "kit-lock", context = "ctx"'):
        self.profile("c:build { %s }" % build, *calls, image=None)

    def change(self, was, now, name="ctx/Dockerfile"):
        with open(os.path.join(self.project, name)) as f:
            text = f.read()
        self.assertIn(was, text)
        self.write(name, text.replace(was, now))

    def cnnrun(self, *words, code=0, **more):
        r = self.run_cnnrun(*words, **more)
        self.assertEqual(r.code, code, r.out + r.err)
        return r

    def lock(self, *words, **more):
        self.cnnrun("lock", *words, **more)
        return self.entry()

    def entry(self, name="cnnrun.lua"):
        with open(os.path.join(self.project, "cnnrun.lock")) as f:
            return json.load(f)["profiles"][name]

    def refused(self, *words, **more):
        """The differences that a locked run ends with, before anything is made."""
        before = images()
        r = self.cnnrun("--locked", "./cnnrun.lua", *words, code=125, **more)
        self.assertEqual(images(), before)
        self.assertIn("take it as it is now with: cnnrun lock", r.err.splitlines()[-1])
        return [s.split("not as locked: ", 1)[1] for s in r.err.splitlines()[:-1]]
