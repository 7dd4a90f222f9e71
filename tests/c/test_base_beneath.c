/* SPDX-License-Identifier: MIT */
/* What lies below a directory is opened and nothing else, by the kernel's own means and
 * without them. */
#include "test.h"

#include <fcntl.h>
#include <seccomp.h>

#include "base/beneath.h"

static char *dir; /* holds in/, out/ and links in in/ */
static int in = -1;

static int set_up(void **state)
{
	(void)state;
	dir = scratch_make();
	put(dir, "in/file", "mine");
	put(dir, "in/sub/file", "mine");
	put(dir, "out/file", "theirs");
	shell("cd %s/in && ln -s file good && ln -s sub/../file folded && ln -s ../out "
	      "away && "
	      "ln -s /etc/passwd absolute && ln -s nothing dangling && ln -s round round "
	      "&& "
	      "ln -s /proc/self/root magic && ln -s ../in/file back && mkdir -m 755 "
	      "../inner && "
	      "echo theirs > ../inner/file && ln -s ../inner/file prefix",
		dir);
	in = open(dir, O_PATH | O_DIRECTORY);
	assert_true(in >= 0);
	dup2(openat(in, "in", O_PATH | O_DIRECTORY), in);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	close(in);
	scratch_end(dir);
	return 0;
}

/* Of the file that path opens: 'm'ine, 't'heirs, 0 = it was refused. */
static char first_byte(const char *path)
{
	AUTO_FD int fd = open_beneath(in, path, FILE_READ);
	char c = 0;

	return fd >= 0 && read(fd, &c, 1) == 1 ? c : 0;
}

static void check_all(void)
{
	static const char *const mine[] = {
		"file", "sub/file", "sub/../file", "./good", "folded", "good"};
	static const char *const refused[] = {"..", "../out/file", "away/file",
		"absolute", "/etc/passwd", "magic/etc/passwd", "sub/../../out/file",
		"prefix"};
	AUTO_FD int link = open_beneath(in, "good", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	AUTO_FD int held = -1, opened = -1;
	char c = 0;

	for (size_t i = 0; i < COUNT_OF(mine); i++)
		if (first_byte(mine[i]) != 'm')
			fail_msg("%s: %s", mine[i], strerror(errno));
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		errno = 0;
		if (first_byte(refused[i]) || errno != EXDEV)
			fail_msg("%s: %s", refused[i], strerror(errno));
	}
	assert_int_equal(first_byte("dangling"), 0);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(first_byte("round"), 0);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(link, -1);
	held = open_beneath(in, "file", O_PATH | O_CLOEXEC);
	assert_int_equal(read(held, &c, 1), -1);
	shell("mv %s/in/file %s/in/moved && cp %s/out/file %s/in/file", dir, dir, dir,
		dir);
	opened = open_held(held, FILE_READ);
	assert_int_equal(read(opened, &c, 1), 1);
	assert_int_equal(c, 'm');
}

/* As first_byte, where links may lead through other places. */
static char first_inside(const char *path)
{
	AUTO_FREE char *top = path_of(in);
	AUTO_FD int held = open_inside(in, top, path, O_PATH | O_CLOEXEC);
	AUTO_FD int fd = held < 0 ? -1 : open_regular(held);
	char c = 0;

	return fd >= 0 && read(fd, &c, 1) == 1 ? c : 0;
}

static void test_inside(void **state)
{
	static const char *const mine[] = {"good", "back", "folded"};
	static const char *const refused[] = {
		"away/file", "absolute", "/etc/passwd", "prefix", "magic/etc/passwd"};
	AUTO_FREE char *full = path_join(dir, "in/good");
	AUTO_FREE char *magic = xasprintf("magic%s/in/sub/file", dir);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(mine); i++)
		if (first_inside(mine[i]) != 'm')
			fail_msg("%s: %s", mine[i], strerror(errno));
	assert_int_equal(first_inside(magic), 'm');
	assert_int_equal(first_inside(full), 'm');
	for (size_t i = 0; i < COUNT_OF(refused); i++)
		if (first_inside(refused[i]) || errno != EXDEV)
			fail_msg("%s: %s", refused[i], strerror(errno));
	assert_int_equal(first_inside("sub"), 0);
	assert_int_equal(errno, EINVAL);
}

/* errno of the attempt, 0 = it is there; at is how much of path that is about. */
static int make(const char *path, bool is_directory, bool may, size_t at)
{
	size_t got = 0;
	int rc = make_beneath(in, path, is_directory, may, &got);

	assert_int_equal(got, at);
	return rc ? errno : 0;
}

static void test_making(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(make("new/way/dir", true, false, 3), ENOENT);
	assert_int_equal(make("new/way/dir", true, true, 11), 0);
	assert_int_equal(make("new/way/dir", true, false, 11), 0);
	assert_int_equal(make("new/file", false, true, 8), 0);
	assert_int_equal(fstatat(in, "new/file", &st, 0), 0);
	assert_true(S_ISREG(st.st_mode) && st.st_size == 0);
	assert_int_equal(make("new/file", true, true, 8), ENOTDIR);
	assert_int_equal(make("new/file/x", true, true, 8), ENOTDIR);
	assert_int_equal(make("new/way", false, true, 7), EISDIR);
	assert_int_equal(make("away/x", true, true, 4), ELOOP);
	assert_int_equal(make("away", true, true, 4), ELOOP);
	assert_int_equal(make("dangling", true, true, 8), ELOOP);
	assert_int_equal(make("dangling", false, true, 8), ELOOP);
	assert_int_equal(make("sub/round", true, true, 9), 0);
	assert_int_equal(fstatat(in, "../out/x", &st, 0), -1);
	assert_int_equal(fstatat(in, "nothing", &st, 0), -1);
}

static void test_by_the_kernel(void **state)
{
	(void)state;
	check_all();
}

/* As an old kernel answers, and as an old container's filter does. */
static void without_openat2(uint32_t error)
{
	scmp_filter_ctx filter;
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid) {
		filter = seccomp_init(SCMP_ACT_ALLOW);
		if (!filter ||
			seccomp_rule_add(
				filter, SCMP_ACT_ERRNO(error), SCMP_SYS(openat2), 0) ||
			seccomp_load(filter))
			_exit(2);
		check_all();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
}

static void test_by_hand(void **state)
{
	(void)state;
	without_openat2(ENOSYS);
}

static void test_behind_a_filter(void **state)
{
	(void)state;
	without_openat2(EPERM);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(test_making), TEST(test_inside),
		TEST(test_by_the_kernel), TEST(test_by_hand), TEST(test_behind_a_filter)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
