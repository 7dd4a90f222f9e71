/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <grp.h>
#include <pwd.h>

#include "base/buf.h"
#include "host/passwd.h"

static char video[] = "video", render[] = "render";
static struct resolved_group some[] = {{video, 44}, {render, 991}, {NULL, 77}};
static char alice_name[] = "alice", alice_gecos[] = "Alice A.",
	    alice_home[] = "/home/alice";
static char alice_shell[] = "/bin/zsh";
static const struct resolved_identity alice = {
	.wanted = true,
	.name = alice_name,
	.gecos = alice_gecos,
	.home = alice_home,
	.shell = alice_shell,
	.uid = 1000,
	.gid = 1001,
	.group = alice_name,
	.groups = some,
	.n_groups = 2,
};
static const char ours[] = "alice:*:1000:1001:Alice A.:/home/alice:/bin/zsh\n";

static void expect_passwd(const char *image, const char *rest)
{
	AUTO_FREE char *got = passwd_merge(image, &alice, "/bin/bash");
	AUTO_FREE char *want = xasprintf("%s%s", ours, rest);
	AUTO_FREE char *again = passwd_merge(got, &alice, "/bin/bash");

	assert_string_equal(got, want);
	assert_string_equal(again, got);
}

static void test_passwd(void **state)
{
	(void)state;
	expect_passwd("", "");
	expect_passwd(NULL, "root:*:0:0:root:/root:/bin/sh\n");
	expect_passwd("root:x:0:0:root:/root:/bin/bash\n_apt:x:42:65534::/nonexistent:/"
		      "bin/no\n",
		"root:x:0:0:root:/root:/bin/bash\n_apt:x:42:65534::/nonexistent:/bin/"
		"no\n");
	/* Our uid under another name stays, our name under another uid goes. */
	expect_passwd("node:x:1000:1000::/home/node:/bin/sh\nalice:x:7:7::/:/bin/sh\n",
		"node:x:1000:1000::/home/node:/bin/sh\n");
	expect_passwd("alicea:x:8:8::/:/bin/sh\nalic:x:9:9::/:/bin/sh\n",
		"alicea:x:8:8::/:/bin/sh\nalic:x:9:9::/:/bin/sh\n");
	expect_passwd("last:x:5:5::/:/bin/sh", "last:x:5:5::/:/bin/sh\n");
	/* Not well-formed, hence not ours to judge. */
	expect_passwd(
		"\n# text\nalice\nalice:x:1\nalice:x:a:b::/:\nalice:x:1:1::/:/bin/sh:\n",
		"\n# text\nalice\nalice:x:1\nalice:x:a:b::/:\nalice:x:1:1::/:/bin/sh:\n");
	expect_passwd("+::::::\nalice:x:99999999999:1::/:\n",
		"+::::::\nalice:x:99999999999:1::/:\n");
}

static void test_shell(void **state)
{
	struct resolved_identity id = alice;
	AUTO_FREE char *bash = NULL, *none = NULL;

	(void)state;
	id.shell = NULL;
	bash = passwd_merge("", &id, "/bin/bash");
	none = passwd_merge("", &id, NULL);
	assert_string_equal(bash, "alice:*:1000:1001:Alice A.:/home/alice:/bin/bash\n");
	assert_string_equal(none, "alice:*:1000:1001:Alice A.:/home/alice:/bin/sh\n");
}

static void expect_group(const char *image, const char *want)
{
	AUTO_FREE char *got = group_merge(image, &alice);
	AUTO_FREE char *again = group_merge(got, &alice);

	assert_string_equal(got, want);
	assert_string_equal(again, got);
}

static void test_group(void **state)
{
	(void)state;
	expect_group("", "alice:x:1001:alice\nvideo:x:44:alice\nrender:x:991:alice\n");
	expect_group(NULL, "alice:x:1001:alice\nroot:x:0:\nvideo:x:44:alice\n"
			   "render:x:991:alice\n");
	/* The image's names of our numbers stay, we become members once. */
	expect_group("root:x:0:\nnode:x:1001:\nvideo:x:44:bob\nkvm:x:991:bob,alice,eve\n",
		"root:x:0:\nnode:x:1001:alice\nvideo:x:44:bob,alice\n"
		"kvm:x:991:bob,alice,eve\n");
	expect_group("a:x:1001:alicea\nb:x:44:alice\nc:x:991:bob,\n",
		"a:x:1001:alicea,alice\nb:x:44:alice\nc:x:991:bob,alice\n");
	/* Our names with other numbers: ours before for the primary, behind for others.
	 */
	expect_group("alice:x:500:bob\nvideo:x:39:\nrender:x:991:",
		"alice:x:1001:alice\nalice:x:500:bob\nvideo:x:39:\nrender:x:991:alice\n"
		"video:x:44:alice\n");
	/* Not well-formed lines are no groups. */
	expect_group("x:1001\ny:x:1001\nz:x:1001:a:b\n:x:44:\nv:x:44x:\n\n#w:x:44:\n",
		"alice:x:1001:alice\nx:1001\ny:x:1001\nz:x:1001:a:b\n:x:44:\nv:x:44x:\n\n"
		"#w:x:44:\n"
		"video:x:44:alice\nrender:x:991:alice\n");
}

static void test_group_without_name(void **state)
{
	struct resolved_identity id = alice;
	AUTO_FREE char *got = NULL;

	(void)state;
	id.group = NULL;
	id.groups = some + 2;
	id.n_groups = 1;
	got = group_merge("", &id);
	assert_string_equal(got, "g1001:x:1001:alice\ng77:x:77:alice\n");
}

static void test_nothing_for_root_or_unasked(void **state)
{
	struct resolved_identity root = alice, unasked = alice;
	const struct resolved_identity *ids[] = {&root, &unasked};

	(void)state;
	root.uid = 0;
	unasked.wanted = false;
	for (size_t i = 0; i < COUNT_OF(ids); i++) {
		AUTO_FREE char *p = passwd_merge("x:y", ids[i], NULL);
		AUTO_FREE char *g = group_merge("x:y", ids[i]);

		assert_string_equal(p, "x:y");
		assert_string_equal(g, "x:y");
	}
}

/* A field must not become a second line or another field. */
static void test_no_forged_lines(void **state)
{
	char name[] = "+e:ve\nr,oot::0:0", gecos[] = "a\nroot2::0:0::/:/bin/sh",
	     home[] = "/a:b";
	char group[] = "#g:h\n", shell[] = "/bin/sh\r\nx";
	struct resolved_identity id = alice;
	AUTO_FREE char *p = NULL, *g = NULL;

	(void)state;
	id.name = name;
	id.gecos = gecos;
	id.home = home;
	id.shell = shell;
	id.group = group;
	id.n_groups = 0;
	p = passwd_merge("", &id, NULL);
	g = group_merge("", &id);
	assert_string_equal(p,
		"_e_ve_r_oot__0_0:*:1000:1001:a_root2__0_0__/_/bin/sh:/a_b:"
		"/bin/sh__x\n");
	assert_string_equal(g, "_g_h_:x:1001:_e_ve_r_oot__0_0\n");
}

/* Text that is nearly a passwd or group file. */
static char *noisy_text(void)
{
	static const char *const words[] = {"alice", "video", "root", ":", ":", ":",
		":x:", "\n", "\n", "44", "991", "1000", "1001", ",", "+", "#", " ",
		"\xff", "\r", "4294967295", "4294967296",
		"video:x:44:", "alice:x:1:1::/:/bin/sh", "-1"};
	struct buf b = {0};
	size_t n = noise() % 60;

	for (size_t i = 0; i < n; i++)
		if (noise() % 10)
			buf_adds(&b, words[noise() % COUNT_OF(words)]);
		else
			buf_addc(&b, (char)(1 + noise() % 255));
	return buf_take(&b);
}

/* The C library's own readers find us, whatever stands in the image. */
static void check_passwd(char *text)
{
	FILE *f = fmemopen(text, strlen(text), "r");
	struct passwd *pw = fgetpwent(f);

	assert_non_null(pw);
	assert_string_equal(pw->pw_name, "alice");
	assert_int_equal(pw->pw_uid, 1000);
	assert_string_equal(pw->pw_shell, "/bin/zsh");
	fclose(f);
}

static void check_group(char *text, gid_t gid)
{
	FILE *f = fmemopen(text, strlen(text), "r");
	bool member = false;
	struct group *g;

	while ((g = fgetgrent(f)))
		for (char **m = g->gr_mem; g->gr_gid == gid && *m; m++)
			member |= !strcmp(*m, "alice");
	fclose(f);
	if (!member)
		fail_msg("alice is not in group %u of: %s", (unsigned)gid, text);
}

static void test_random_images(void **state)
{
	(void)state;
	for (int i = 0; i < 20000; i++) {
		AUTO_FREE char *image = noisy_text();
		AUTO_FREE char *p = passwd_merge(image, &alice, NULL);
		AUTO_FREE char *pp = passwd_merge(p, &alice, NULL);
		AUTO_FREE char *g = group_merge(image, &alice);
		AUTO_FREE char *gg = group_merge(g, &alice);

		assert_string_equal(p, pp);
		assert_string_equal(g, gg);
		check_passwd(p);
		check_group(g, 1001);
		check_group(g, 44);
		check_group(g, 991);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_passwd),
		cmocka_unit_test(test_shell),
		cmocka_unit_test(test_group),
		cmocka_unit_test(test_group_without_name),
		cmocka_unit_test(test_nothing_for_root_or_unasked),
		cmocka_unit_test(test_no_forged_lines),
		cmocka_unit_test(test_random_images),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
