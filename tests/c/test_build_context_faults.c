/* SPDX-License-Identifier: MIT */
/* Rights of files in a build context, and contexts that cannot be read. */
#include "context_test.h"

#include <sys/xattr.h>

/* struct vfs_cap_data, version 2: CAP_NET_RAW, effective. Only root may write one, so the
 * file system's answer is given here. */
static const unsigned char capability[20] = {1, 0, 0, 2, 0, 0x20};
static bool has_capability;

ssize_t fgetxattr(int fd, const char *name, void *value, size_t n)
{
	(void)fd;
	if (!has_capability || strcmp(name, "security.capability") != 0) {
		errno = ENODATA;
		return -1;
	}
	assert_true(n >= sizeof capability);
	memcpy(value, capability, sizeof capability);
	return sizeof capability;
}

/* The image's ping keeps its right to raw sockets. */
static void test_capabilities(void **state)
{
	static const char key[] = "SCHILY.xattr.security.capability=\1";

	(void)state;
	put(dir, "ping", "x");
	for (int i = 0; i < 2; i++) {
		AUTO_BUF struct buf tar = {0};

		has_capability = i == 1;
		pack(NULL, false, &tar);
		has_capability = false;
		assert_int_equal(memmem(tar.p, tar.n, key, sizeof key - 1) != NULL, i);
	}
}

static void test_errors(void **state)
{
	struct plan_build b = {.context = (char[]){"/no/such"}};
	AUTO_FREE char *file = xasprintf("%s/Dockerfile", dir);
	struct build_inputs *in = NULL;
	struct err e = {0};

	(void)state;
	assert_int_equal(inputs_of(&b, &in, &e), -1);
	assert_has(e.msg, "the build context /no/such: No such file");
	b.context = file;
	assert_int_equal(inputs_of(&b, &in, &e), -1);
	assert_has(e.msg, "not a directory");
	b.context = dir;
	b.dockerfile = (char[]){"/no/such/file"};
	assert_int_equal(inputs_of(&b, &in, &e), -1);
	assert_has(e.msg, "there is no Dockerfile at /no/such/file");
	b.dockerfile = NULL;
	put(dir, ".dockerignore", "ok\n[bad\n");
	assert_int_equal(inputs_of(&b, &in, &e), -1);
	assert_has(e.msg, ".dockerignore:2: bad pattern: [bad");
}

/* As another user: root may read everything. */
static void test_unreadable(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	put(dir, "secret", "x");
	shell("chmod 755 %s && chmod 0 %s/secret", dir, dir);
	pid = fork();
	if (!pid) {
		struct plan_build b = {.context = dir};
		struct build_inputs *in = NULL;
		struct context *c = NULL;
		struct buf out = {0};
		struct err e = {0};

		if (!getuid() && setuid(65534))
			_exit(2);
		if (inputs_of(&b, &in, &e) < 0 || context_open(in, false, &c, &e) < 0)
			_exit(3);
		_exit(read_all(c, 4096, &out) == 0 ||
			!strstr(context_error(c)->msg,
				"/secret of the build context: Perm"));
	}
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	shell("chmod 600 %s/secret", dir);
}

static void test_shrinking_file(void **state)
{
	AUTO_FREE char *big = xasprintf("%s/big", dir);
	struct plan_build b = {.context = dir};
	struct build_inputs *in = NULL;
	AUTO_BUF struct buf out = {0};
	struct context *c = NULL;
	struct err e = {0};

	(void)state;
	shell("truncate -s 4M %s", big);
	assert_ok(inputs_of(&b, &in, &e));
	assert_ok(context_open(in, false, &c, &e));
	/* past the headers, into the file */
	for (int i = 0; i < 5; i++)
		assert_true(context_read(c, buf_room(&out, 4096), 4096) > 0);
	assert_int_equal(truncate(big, 10), 0);
	assert_int_equal(read_all(c, 4096, &out), -1);
	assert_has(context_error(c)->msg, "big of the build context shrank");
	context_free(c);
	build_inputs_free(in);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_capabilities),
		TEST(test_errors),
		TEST(test_unreadable),
		TEST(test_shrinking_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
