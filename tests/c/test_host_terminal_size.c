/* SPDX-License-Identifier: MIT */
/* The size of a terminal, and what is none. */
#include "test.h"

#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>

#include "host/terminal.h"

static void test_no_terminal(void **state)
{
	char *dir = scratch_make();
	AUTO_FREE char *path = path_join(dir, "file");
	struct err e = {0};
	int rows = -1, cols = -1, fd;

	(void)state;
	put("/", path, "");
	fd = open(path, O_RDWR);
	assert_int_equal(terminal_raw(fd, &e), -1);
	assert_int_equal(e.code, ENOTTY);
	assert_false(terminal_size(fd, &rows, &cols));
	close(fd);
	assert_int_equal(terminal_raw(-1, &e), -1);
	assert_false(terminal_size(-1, &rows, &cols));
	assert_int_equal(rows, -1);
	terminal_restore();
	terminal_continue();
	scratch_end(dir);
}

static void test_size(void **state)
{
	struct winsize size = {.ws_row = 33, .ws_col = 101}, unset = {0};
	int rows = 0, cols = 0, master, slave;

	(void)state;
	assert_int_equal(openpty(&master, &slave, NULL, NULL, &size), 0);
	assert_true(terminal_size(slave, &rows, &cols));
	assert_int_equal(rows, 33);
	assert_int_equal(cols, 101);
	assert_int_equal(ioctl(slave, TIOCSWINSZ, &unset), 0);
	assert_false(terminal_size(slave, &rows, &cols));
	close(master);
	close(slave);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_terminal),
		cmocka_unit_test(test_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
