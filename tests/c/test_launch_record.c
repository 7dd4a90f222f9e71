/* SPDX-License-Identifier: MIT */
/* The record of a launch, by which others know whether it lives. */
#include "test.h"

#include <sys/inotify.h>

#include "launch/ledger/ledger.h"
#include "base/places.h"
#include "launch/ledger/record.h"

static int create(const char *path, const struct record *r, struct err *e)
{
	bool named;
	int fd = record_new(path, r, &named, e);

	if (fd < 0 || named)
		return fd;
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(record_name(fd, path, e), 0);
	return fd;
}

/* Launcher and janitor hold a lock on the launch's record: that it is free tells that
 * both are dead, whatever the process ids of today. */
static void a_dead_launch_is_known(void **state)
{
	AUTO_FREE char *dir = NULL, *path = NULL;
	struct record r = {.url = xstrdup("unix:///x")}, again = {0};
	struct err e = {0};
	int fd, taken;

	(void)state;
	assert_true(ledger_is_dead("nonsense"));
	assert_int_equal(place_make(PLACE_RUNTIME, &dir, &e), 0);
	path = path_join(dir, "1-1-abcdef");
	unlink(path);
	fd = create(path, &r, &e);
	assert_true(fd >= 0);
	assert_false(ledger_is_dead("1-1-abcdef"));
	assert_int_equal(record_take(path, &again), -1); /* somebody lives */
	r.detached = true;
	assert_int_equal(record_update(fd, &r, &e), 0);
	close(fd);
	assert_true(ledger_is_dead("1-1-abcdef"));
	taken = record_take(path, &again);
	assert_true(taken >= 0);
	assert_string_equal(again.url, "unix:///x");
	assert_true(again.detached && !again.keep);
	close(taken);
	unlink(path);
	record_free(&again);
	record_free(&r);
}

/* A kill at any moment of its making leaves nothing: there is one name, and it comes
 * last.
 */
static void a_record_has_one_name(void **state)
{
	char *dir = scratch_make(), events[4096];
	AUTO_FREE char *path = path_join(dir, "1-1-abcdef");
	AUTO_FD int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	AUTO_RECORD struct record r = {.url = xstrdup("unix:///x")};
	const struct inotify_event *first = (const void *)events;
	struct err e = {0};
	ssize_t n;
	int fd;

	(void)state;
	assert_true(inotify_add_watch(watch, dir, IN_CREATE | IN_MOVED_TO) >= 0);
	fd = create(path, &r, &e);
	assert_true(fd >= 0);
	close(fd);
	n = read(watch, events, sizeof events);
	assert_int_equal(n, sizeof *first + first->len);
	assert_string_equal(first->name, "1-1-abcdef");
	scratch_end(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_dead_launch_is_known),
		cmocka_unit_test(a_record_has_one_name),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
