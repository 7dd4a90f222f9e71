# SPDX-License-Identifier: MIT
"""What is made for others to install: the pages, the Debian packages, the tarball."""
import glob
import hashlib
import json
import os
import subprocess

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.abspath(os.environ.get("BUILD", os.path.join(TOP, "build")))
CNNRUN = os.path.join(BUILD, "cnnrun")
SCRATCH = os.environ["CNNRUN_TEST_DIR"]


def run(*words, status=0, **more):
    """What it says, both streams as one; it has to end with this status."""
    r = subprocess.run(words, cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=500, **more)
    assert r.returncode == status, "%s: status %d\n%s" % (" ".join(words), r.returncode, r.stdout[-3000:])
    return r.stdout


def debs(directory, built=BUILD):
    """The packages of this tree by name, of the programs that are built already, or (None) from nothing."""
    run("packaging/deb.sh", directory, *([built] if built else []))
    return {os.path.basename(f).split("_")[0]: f for f in glob.glob(directory + "/*.deb")}


def contents(deb):
    return {line.split(None, 5)[5]: line.split()[:2] for line in run("dpkg", "-c", deb).splitlines()}


def lint(directory):
    """What lintian says of all packages there; what is overridden has its reason there."""
    r = subprocess.run(["lintian", "--fail-on", "none", "-EI", *glob.glob(directory + "/*.changes")],
                       capture_output=True, text=True, timeout=300, check=False)
    return [line for line in r.stdout.splitlines() if line[:2] in ("E:", "W:", "I:", "P:")]


def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def commands():
    return json.loads(run(CNNRUN, "help", "--json"))
