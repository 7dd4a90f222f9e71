/* SPDX-License-Identifier: MIT */
/* A job's directory as a stream: what goes in comes out, and nothing else comes in. */
#include "test.h"

#include "batch/hand/hand.h"

static int open_new(const char *top)
{
	AUTO_FREE char *path = path_join(top, "stream");
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	return fd;
}

static void there_and_back(void **state)
{
	char *top = scratch_make();
	AUTO_FREE char *from = path_join(top, "from"), *to = path_join(top, "to");
	AUTO_FD int fd = open_new(top);
	struct err e = {0};

	(void)state;
	shell("cd %s && mkdir -p to from/snapshot/a/b from/task.0 && cd from && "
	      "echo plan >plan.json && echo vars >variables.json && echo run >job.sh && "
	      "chmod 600 *.json && chmod 700 job.sh && echo plan0 >task.0/plan.json && "
	      "chmod 600 task.0/plan.json && head -c 200000 /dev/urandom "
	      ">snapshot/a/b/large && "
	      "printf x >'snapshot/a/ two\nlines ' && : >snapshot/empty && chmod 755 "
	      "snapshot/empty && "
	      "ln -s /nowhere snapshot/a/link && touch -h -d @-5.25 snapshot/a/link "
	      "snapshot/empty",
		top);
	shell("cd %s/from && ln variables.json task.0/variables.json", top);
	assert_ok(hand_write(fd, from, &e));
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_ok(hand_read(fd, to, &e));
	shell("cd %s && rm from/task.0/variables.json && diff -r --no-dereference from "
	      "to && "
	      "[ \"$(cd from && find . ! -type d -printf '%%m %%T@ %%p\\n' | sort)\" = "
	      "\"$(cd to && find . ! -type d -printf '%%m %%T@ %%p\\n' | sort)\" ]",
		top);
	scratch_end(top);
}

/* A length that the file does not have. */
static void not_whole(void **state)
{
#define BYTES(text) text, sizeof(text) - 1
	static const struct {
		const char *text;
		size_t n;
		const char *said;
	} bad[] = {{BYTES(""), "did not arrive whole"},
		{BYTES("f 600 9 0 plan.json\0four"), "did not arrive whole"},
		{BYTES("l 0 9 0 snapshot/x\0four"), "did not arrive whole"},
		{BYTES("f 600 -1 0 plan.json\0"), "no job of cnnrun's"},
		{BYTES("f 600 99999999 0 plan.json\0"), "too many"},
		{BYTES("l 0 99999 0 snapshot/x\0"), "too many"},
		{BYTES("f 600\0"), "no job of cnnrun's"},
		{BYTES("f 600 99999999999999999999 0 snapshot/x\0"), "no such thing"},
		{BYTES("f 600 0 0 task.99999999999/plan.json\0"), "no such thing"}};
	char *top = scratch_make();
	struct err e = {0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		AUTO_FREE char *to = xasprintf("%s/%zu", top, i);
		AUTO_FD int fd = open_new(top);

		assert_int_equal(mkdir(to, 0700), 0);
		assert_int_equal(write(fd, bad[i].text, bad[i].n), (ssize_t)bad[i].n);
		assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
		assert_int_equal(hand_read(fd, to, &e), -1);
		assert_has(e.msg, bad[i].said);
	}
	scratch_end(top);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(not_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
