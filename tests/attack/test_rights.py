# SPDX-License-Identifier: MIT
"""Attempts to have more than the list of rights says: by groups, labels, variables that ask for
devices, other displays, ports of the system."""
import contextlib
import os
import socket
import stat

import attack
import kit


class Rights(attack.Attack):
    def asked(self, *calls, image="busybox"):
        """What a profile of these calls would be asked for."""
        self.profile(*calls, image=image)
        return self.rights("./cnnrun.lua")

    def assertAsked(self, words, *calls):
        """It is listed, and without a grant nothing runs."""
        found = self.asked(*calls)
        self.assertTrue([f for f in found if words in f], found)
        r = self.attempt("./cnnrun.lua", "--", "echo", "ran")
        self.assertNotIn("ran\n", r.out)
        self.assertHeld(r, words)

    def test_user_group(self):
        """the user's own number with root's group (held before)"""
        self.assertAsked("be of the group 0", "c:user { uid = %d, gid = 0 }" % self.uid)

    def test_groups(self):
        """a supplementary group that leaves setgid programs in the project (held before)"""
        self.assertAsked("have the rights of the group disk", 'c:user { groups = { "disk" } }')

    def test_device_group(self):
        """a device brings its group, which is not the user's"""
        node = os.path.join(self.project, "node")
        os.mknod(node, 0o660 | stat.S_IFCHR, os.makedev(1, 3))
        os.chown(node, 0, 6)
        os.chmod(node, 0o660)
        self.assertAsked("be of the group 6, which is not yours", 'c:device("%s", "/dev/x")' % node)

    def test_labels(self):
        """labels that a proxy, an updater, a scheduler or compose obeys"""
        for key, value in (("traefik.enable", "true"), ("ofelia.job-local.x.command", "id"),
                           ("com.centurylinklabs.watchtower.enable", "true"),
                           ("com.docker.compose.project", "theirs"),
                           ("io.containers.autoupdate", "registry"), ("a", "b")):
            self.assertAsked("carry the label %s=%s" % (key, value), 'c:label("%s", "%s")' % (key, value))

    def test_plain_labels(self):
        """labels that describe are free"""
        self.assertEqual(self.asked('c:label("org.opencontainers.image.title", "x")'), [])

    def test_image_labels(self):
        """an image brings such a label"""
        self.write("Dockerfile", 'FROM busybox\nLABEL ofelia.enabled=true maintainer=me\n')
        self.profile('c:build { tag = "kit-labels" }', image=None)
        self.addCleanup(kit.engine.call, "DELETE", "/images/kit-labels?force=1")
        for _ in range(2):  # built, and found built
            p = self.start_cnnrun("./cnnrun.lua", "--", "sleep", "1000")
            labels = kit.engine.inspect(self.new_container())["Config"]["Labels"]
            p.terminate()
            p.communicate()
            kit.wait_for(lambda: not set(kit.engine.containers()) - self.before["containers"])
            self.assertEqual((labels["ofelia.enabled"], labels["maintainer"]), ("", "me"))

    def test_gpu_variable(self):
        """a variable by which a runtime gives GPUs"""
        for name in ("NVIDIA_VISIBLE_DEVICES", "AMD_VISIBLE_DEVICES", "ASCEND_VISIBLE_DEVICES",
                     "HABANA_VISIBLE_DEVICES", "AWS_NEURON_VISIBLE_DEVICES", "NVIDIA_IMEX_CHANNELS"):
            self.assertAsked("be given devices by the word " + name, 'c:env("%s", "all")' % name)

    def test_gpu_variable_of_file(self):
        """the same from a file of variables"""
        self.write(".env", "NVIDIA_VISIBLE_DEVICES=all\n")
        self.assertAsked("be given devices by the word NVIDIA_VISIBLE_DEVICES", 'c:env_file ".env"')

    def test_gpu_none(self):
        """none, and what only programs obey, is free"""
        self.assertEqual(self.asked('c:env("NVIDIA_VISIBLE_DEVICES", "void")',
                                    'c:env("CUDA_VISIBLE_DEVICES", "0")'), [])

    def test_gpu_mount(self):
        """a mount that the NVIDIA runtime takes for a list of devices"""
        for target in "/var/run/nvidia-container-devices/all", "/run/nvidia-container-devices":
            self.assertAsked("be given devices by the word " + target, 'c:mount(".", "%s")' % target)

    def test_other_display(self):
        """the sockets of other displays, which may let this user in"""
        other = "/tmp/.X11-unix/X987"
        with socket.socket(socket.AF_UNIX) as s:
            with contextlib.suppress(OSError):
                os.unlink(other)
            s.bind(other)
            self.addCleanup(os.unlink, other)
            self.profile("c:display()")
            out = self.shell("ls /tmp/.X11-unix")
        self.assertEqual(out, "X%s\n" % os.environ["DISPLAY"].split(":")[1].split(".")[0])

    def test_abstract_socket(self):
        """the host's network brings X's abstract socket: the list says so"""
        self.assertAsked("its loopback and abstract sockets (X's too)", 'c:network "host"')

    def test_system_port(self):
        """a port below 1024 of this machine, where only root may listen"""
        self.assertAsked("answer at 127.0.0.1:80, where services", "c:port { host = 80, container = 80 }")
        self.assertEqual(self.asked("c:port { host = 8080, container = 80 }"), [])

    def test_realtime(self):
        """limits that keep the processors from all others"""
        for name in "rtprio", "nice":
            self.assertAsked("run with ulimit=%s:20" % name, 'c:ulimit("%s", 20)' % name)

    def test_other_container(self):
        """the network, IPC or processes of another container"""
        for call in ('c:network "container:x"', 'c:ipc "container:x"', 'c:pid "container:x"'):
            self.profile(call)
            self.assertHeld(self.attempt("./cnnrun.lua"), "container:x")

    def test_agents(self):
        """sockets and addresses of the session, passed on by name (held before)"""
        for name in "SSH_AUTH_SOCK", "DBUS_SESSION_BUS_ADDRESS", "DOCKER_HOST":
            self.assertAsked("know your variable " + name, 'c:env "%s"' % name)
