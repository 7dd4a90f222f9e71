# SPDX-License-Identifier: MIT
"""AMD's GPUs: nodes that stand in for them."""
import devices
import gpus
import kit

VIDEO, RENDER = 44, 106

# Two GPUs of AMD's and one of another vendor's; whoever reads them reads zeros.
NODES = """mkdir dri
mknod -m 660 kfd c 1 5 && chgrp %d kfd
for n in 128 129 130; do mknod -m 660 dri/renderD$n c 1 5; done
chgrp %d dri/*
mount -t tmpfs tmpfs /sys/class
for n in 128:0x1002 129:0x10de 130:0x1002; do
	mkdir -p /sys/class/drm/renderD${n%%:*}/device
	echo ${n#*:} >/sys/class/drm/renderD${n%%:*}/device/vendor
done""" % (VIDEO, RENDER)


class Amd(kit.Case):
    uid = kit.USER

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        devices.own(NODES)

    def test_nodes(self):
        """the nodes of those that are asked for, with their groups, and no others"""
        env = {"DOCKER_HOST": gpus.other_engine(self)}
        script = "set -e; for n in /dev/kfd /dev/dri/*; do head -c 1 $n >/dev/null; done; ls /dev/dri; id -G"
        for which, nodes in (('"all"', ["renderD128", "renderD130"]), ('"1"', ["renderD130"]),
                             ("{ count = 1 }", ["renderD128"])):
            self.profile('c:gpus(%s, { vendor = "amd" })' % which)
            *seen, groups = self.shell(script, env=env).splitlines()
            self.assertEqual(seen, nodes, which)
            self.assertLessEqual({str(VIDEO), str(RENDER)}, set(groups.split()))

    def test_named_twice(self):
        """a node that is named as a device too is there once"""
        env = {"DOCKER_HOST": gpus.other_engine(self)}
        self.profile('c:gpus("0", { vendor = "amd" })', 'c:device "/dev/dri"')
        self.assertEqual(self.shell("ls /dev/dri", env=env).split(), ["renderD128", "renderD129", "renderD130"])

    def test_rights(self):
        """each node is a right"""
        self.profile('c:gpus("0", { vendor = "amd" })')
        r = self.run_cnnrun("./cnnrun.lua", "--", "true", granted=False)
        self.assertEqual(r.code, 125)
        self.assertIn("use the device /dev/kfd", r.err)
        self.assertIn("use the device /dev/dri/renderD128", r.err)
        self.assertNotIn("renderD130", r.err)

    def test_none(self):
        """one that is not there, and words of NVIDIA's"""
        for call, why in (('c:gpus("2", { vendor = "amd" })', "no GPU 2 of AMD: this machine has 2"),
                          ('c:gpus({ count = 3 }, { vendor = "amd" })', "no GPU 2 of AMD"),
                          ('c:gpus("0", { vendor = "amd", runtime = true })', "are for GPUs of NVIDIA")):
            self.profile(call)
            r = self.run_cnnrun("./cnnrun.lua", "--", "true")
            self.assertEqual(r.code, 125)
            self.assertIn(why, r.err)
