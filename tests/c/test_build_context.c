/* SPDX-License-Identifier: MIT */
/* The tar of a build context, as the system's tar sees it. That its members equal those
 * of docker's own client was checked with that client for all that is made here. */
#include "context_test.h"

#include <sys/socket.h>
#include <sys/un.h>

static void test_order_and_determinism(void **state)
{
	AUTO_BUF struct buf a = {0}, b = {0}, list = {0};

	(void)state;
	put(dir, "b/2", "x");
	put(dir, "b/1", "x");
	put(dir, "a", "x");
	put(dir, "b.c", "x");
	pack(NULL, false, &a);
	ask_tar(&a, "-t", &list);
	assert_string_equal(list.p, "Dockerfile\na\nb/\nb/1\nb/2\nb.c\n");
	shell("cd %s && mkdir new && mv b/1 new/ && mv new/1 b/1 && rmdir new", dir);
	pack(NULL, false, &b);
	/* the directory's own time has changed: only that */
	assert_int_equal(a.n, b.n);
	shell("touch -d @1000000000 %s/b", dir);
	a.n = b.n = 0;
	pack(NULL, false, &a);
	pack(NULL, false, &b);
	assert_int_equal(a.n, b.n);
	assert_memory_equal(a.p, b.p, a.n);
	assert_int_equal(a.n % 512, 0);
}

static void test_pieces(void **state)
{
	static const size_t pieces[] = {1, 511, 4096, 1 << 20};
	AUTO_BUF struct buf whole = {0};

	(void)state;
	put(dir, "f", "content");
	pack(NULL, false, &whole);
	for (size_t i = 0; i < COUNT_OF(pieces); i++) {
		AUTO_BUF struct buf out = {0};
		struct plan_build b = {.context = dir};
		struct build_inputs *in = NULL;
		struct context *c = NULL;
		struct err e = {0};

		assert_ok(inputs_of(&b, &in, &e));
		assert_ok(context_open(in, false, &c, &e));
		if (read_all(c, pieces[i], &out) < 0)
			fail_msg("%s", context_error(c)->msg);
		context_free(c);
		build_inputs_free(in);
		assert_int_equal(out.n, whole.n);
		assert_memory_equal(out.p, whole.p, out.n);
	}
}

static void test_kinds_of_files(void **state)
{
	AUTO_BUF struct buf tar = {0}, list = {0};
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)state;
	snprintf(a.sun_path, sizeof a.sun_path, "%s/socket", dir);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	close(fd);
	put(dir, "h1", "hard");
	put(dir, "suid", "s");
	shell("cd %s && mkdir empty && chmod 1777 empty && mkfifo fifo && ln -s 'to "
	      "where' link && "
	      "ln h1 h2 && chmod 6755 suid && truncate -s 3M sparse && touch -d "
	      "@1500000000.5 suid",
		dir);
	pack(NULL, false, &tar);
	ask_tar(&tar, "-tv", &list);
	assert_has(list.p, "drwxrwxrwt 0/0 ");
	assert_has(list.p, "prw-r--r-- 0/0 ");
	assert_has(list.p, "link -> to where\n");
	assert_has(list.p, "h2 link to h1\n");
	assert_has(list.p, "-rwsr-sr-x 0/0 ");
	assert_has(list.p, "2017-07-14 02:40 suid\n");
	assert_has(list.p, " 3145728 ");
	assert_null(strstr(list.p, "socket"));
	assert_true(tar.n > 3145728);
}

static void test_names(void **state)
{
	AUTO_BUF struct buf tar = {0}, list = {0}, deep = {0};

	(void)state;
	for (int i = 0; i < 12; i++)
		buf_addf(&deep, "%030d/", i);
	buf_adds(&deep, "end");
	put(dir, deep.p, "deep");
	put(dir, "na\xc3\xafve", "utf-8");
	put(dir, "bad\xff", "bytes");
	put(dir, "space and\nnewline", "x");
	pack(NULL, false, &tar);
	ask_tar(&tar, "-t --quoting-style=literal", &list);
	assert_has(list.p, deep.p);
	assert_has(list.p, "na\xc3\xafve\n");
	assert_has(list.p, "bad\xff\n");
	assert_has(list.p, "space and\nnewline");
	ask_tar(&tar, "-xO Dockerfile", &list);
	assert_string_equal(list.p, "FROM scratch\n");
	assert_memory_equal(tar.p, "Dockerfile", 11); /* a plain header comes first */
}

static void test_dockerfile_elsewhere(void **state)
{
	char *other = scratch_make();
	AUTO_FREE char *outside = xasprintf("%s/F", other);
	AUTO_FREE char *inside = xasprintf("%s/docker/F", dir);
	AUTO_FREE char *odd = xasprintf("%s/\xc3\xa9", dir);
	AUTO_BUF struct buf tar = {0}, list = {0};

	(void)state;
	put(other, "F", "FROM outside\n");
	put(dir, "docker/F", "FROM inside\n");
	put(dir, "\xc3\xa9", "FROM odd\n");
	pack(inside, false, &tar);
	ask_tar(&tar, "-t", &list);
	assert_memory_equal(list.p, "docker/F\nDockerfile\n", 20);
	assert_null(strstr(list.p + 1, "docker/F"));
	tar.n = 0;
	pack(outside, false, &tar);
	ask_tar(&tar, "-t", &list);
	assert_memory_equal(list.p, ".dockerfile.", 12);
	assert_null(strstr(list.p, ".dockerignore"));
	ask_tar(&tar, "-xO --wildcards '.dockerfile.*'", &list);
	assert_string_equal(list.p, "FROM outside\n");
	tar.n = 0;
	pack(odd, false, &tar); /* whose header would not be plain */
	assert_memory_equal(tar.p, ".dockerfile.", 12);
	tar.n = 0;
	put(dir, ".dockerignore", "docker");
	pack(outside, true, &tar);
	ask_tar(&tar, "-xO .dockerignore", &list);
	assert_memory_equal(list.p, "docker\n.dockerfile.", 19);
	scratch_end(other);
}

static void test_ignored_but_needed(void **state)
{
	AUTO_BUF struct buf tar = {0}, list = {0};

	(void)state;
	put(dir, "x", "x");
	put(dir, ".dockerignore", "*");
	pack(NULL, false, &tar);
	ask_tar(&tar, "-t", &list);
	assert_string_equal(list.p, "Dockerfile\n.dockerignore\n");
	put(dir, "Dockerfile.dockerignore", "D*.d*\n"); /* goes first */
	tar.n = 0;
	pack(NULL, false, &tar);
	ask_tar(&tar, "-t", &list);
	assert_string_equal(list.p, "Dockerfile\n.dockerignore\nx\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_order_and_determinism),
		TEST(test_pieces),
		TEST(test_kinds_of_files),
		TEST(test_names),
		TEST(test_dockerfile_elsewhere),
		TEST(test_ignored_but_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
