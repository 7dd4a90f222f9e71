# SPDX-License-Identifier: MIT
"""Who one is in the container, and whose the files are."""
import os
import pwd

import kit


def name_of(uid):
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return "u%d" % uid


class HostUser(kit.Case):
    uid = kit.USER

    def setUp(self):
        super().setUp()
        self.profile('c:user "host"', 'c:mount(".", "/work")', 'c:workdir "/work"',
                     image="debian:bookworm-slim")

    def test_identity(self):
        """uid, gid and a name that every program finds"""
        out = self.shell("id -u; id -g; whoami; getent passwd $(id -u)")
        uid, gid, name, entry = out.splitlines()
        self.assertEqual((uid, gid, name), ("1000", "1000", name_of(1000)))
        self.assertEqual(entry.split(":")[0], name_of(1000))

    def test_files_are_the_users(self):
        """files written to the project belong to the user"""
        self.shell("echo hello > made; mkdir -p dir/below")
        for f in "made", "dir/below":
            info = os.stat(os.path.join(self.project, f))
            self.assertEqual((info.st_uid, info.st_gid), (1000, 1000))

    def test_home(self):
        """HOME is a directory of the user's"""
        out = self.shell('cd && pwd && touch there && stat -c %u .')
        home, owner = out.splitlines()
        self.assertNotEqual(home, "/")
        self.assertEqual(owner, "1000")

    def test_the_images_users_stay(self):
        """the image's own users and groups are still there"""
        out = self.shell("getent passwd root www-data _apt; getent group staff")
        for name in "root:", "www-data:", "_apt:", "staff:":
            self.assertIn(name, out)

    def test_no_passwd_in_image(self):
        """an image without /etc/passwd works"""
        self.profile('c:user "host"', image="busybox")
        self.assertEqual(self.shell("id -u; whoami").split(), ["1000", name_of(1000)])

    def test_home_directory(self):
        """c:home mounts a directory of the project as the home"""
        os.mkdir(os.path.join(self.project, "house"))
        os.chown(os.path.join(self.project, "house"), 1000, 1000)
        self.profile('c:user "host"', 'c:home "house"', image="debian:bookworm-slim")
        self.shell("echo x > ~/kept")
        self.assertEqual(os.stat(os.path.join(self.project, "house/kept")).st_uid, 1000)


class PutOrMounted(kit.Case):
    """passwd and group are mounted where the user could not edit them anyway."""
    uid = kit.USER
    mounts = "awk '$5 ~ \"^/etc/\" { print $5 }' /proc/self/mountinfo | grep -v -e resolv -e host; true"

    def mounted(self, *calls):
        self.profile('c:user "host"', 'c:home "house"', *calls, image="debian:bookworm-slim")
        return sorted(self.shell(self.mounts).split())

    def test_mounted(self):
        """an ordinary user's are mounted, read-only, and nothing is put in"""
        self.assertEqual(self.mounted(), ["/etc/group", "/etc/passwd"])
        out = self.shell("whoami; echo x >> /etc/passwd || echo refused")
        self.assertEqual(out.split(), [name_of(1000), "refused"])

    def test_no_network(self):
        """without a network localhost has its address all the same"""
        self.mounted('c:network "none"')
        self.assertIn("127.0.0.1", self.shell("cat /etc/hosts"))

    def test_a_link_is_no_place_for_a_mount(self):
        """the zone lies in the place of the image's link, not over the zone it leads to"""
        self.assertNotIn("/etc/localtime", self.mounted('c:timezone "Asia/Tokyo"'))
        out = self.shell("date +%Z; TZ=Etc/UTC date +%Z; stat -c %F /etc/localtime")
        self.assertEqual(out.splitlines(), ["JST", "UTC", "regular file"])

    def test_kept(self):
        """what outlives the launch has files of its own"""
        self.assertEqual(self.mounted("c:keep()", 'c:name "kit-kept-files"'), [])
        kit.engine.remove("kit-kept-files")

    def test_could_edit(self):
        """so has a container whose user may become root"""
        self.assertEqual(self.mounted('c:capability("SETUID")'), [])

    def test_detached(self):
        """a detached container has them until its end"""
        self.mounted()
        r = self.run_cnnrun("./cnnrun.lua", "--detach", "--name", "kit-files", "--", "sleep", "60")
        self.assertEqual(r.code, 0, r.err)
        out = self.run_cnnrun("exec", "kit-files", "whoami").out
        self.assertEqual(out.strip(), name_of(1000))
        self.run_cnnrun("stop", "kit-files")


class OtherUsers(kit.Case):
    def test_root(self):
        """root in the container only when asked for"""
        self.profile('c:user "root"')
        self.assertEqual(self.shell("id -u").strip(), "0")

    def test_explicit(self):
        """a user by number"""
        self.profile("c:user { uid = 4321, gid = 8765 }", image="debian:bookworm-slim")
        self.assertEqual(self.shell("id -u; id -g").split(), ["4321", "8765"])

    def test_image(self):
        """the image's user is the default"""
        self.profile('c:user "image"')
        self.assertEqual(self.shell("id -u").strip(), "0")

    def test_host_as_root(self):
        """root of the machine stays root, and the image's passwd as it is"""
        self.profile('c:user "host"', image="debian:bookworm-slim")
        self.assertEqual(self.shell("id -u; whoami").split(), ["0", "root"])


class ReadOnlyRoot(kit.Case):
    """Where the engine cannot put files in, they are mounted one by one."""
    uid = kit.USER

    def test_identity_and_display(self):
        """a read-only root file system has the user, a home and the display's cookie too"""
        self.profile('c:user "host"', "c:readonly(true)", 'c:timezone "host"',
                     'c:display "cookie"', image="debian:bookworm-slim")
        out = self.shell("whoami; touch ~/made && stat -c %u ~/made;"
                         "wc -c < $XAUTHORITY; touch /made 2>&1 | grep -o Read-only")
        name, owner, cookie, refused = out.split()
        self.assertEqual((name, owner, refused), (name_of(1000), "1000", "Read-only"))
        self.assertGreater(int(cookie), 20)

    def test_another_user(self):
        """nothing of that for a user who is not the host's"""
        self.profile('c:user "65534:65534"', "c:readonly()", 'c:tmpfs "/tmp"', image="busybox")
        out = self.shell("id -u; touch /tmp/y && echo made; touch /x 2>&1 | grep -o Read-only")
        self.assertEqual(out.split(), ["65534", "made", "Read-only"])
