/* SPDX-License-Identifier: MIT */
/* A launch's gate: its program, its place, and how a table of mounts says a place. */
#include "test.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "launch/gate/gate.h"
#include "launch/gate/kept.h"
#include "launch/gate/place.h"
#include "launch/ledger/owner.h"

static char *scratch;

static void places(void **state)
{
	static const struct {
		const char *line, *path, *place;
	} cases[] = {
		{"%d 1 8:1 / / rw - ext4 x rw\n", "/home/a b", "8:1 /home/a\\040b"},
		{"%d 1 8:1 / / rw - ext4 x rw\n", "/", "8:1 /"},
		{"%d 1 0:9 /@home /home rw - btrfs x rw\n", "/home", "0:9 /@home"},
		{"%d 1 0:9 /@home /home rw - btrfs x rw\n", "/home/a", "0:9 /@home/a"},
		{"%d 1 0:9 / /a\\040b rw - tmpfs x rw\n", "/a b", "0:9 /"},
		{"%d 1 0:9 / /a\\040b rw - tmpfs x rw\n", "/a b/c\\d", "0:9 /c\\134d"},
		{"%d 1 0:9 / /elsewhere rw - tmpfs x rw\n", "/a", NULL},
		{"1 %d 0:9 / / rw - tmpfs x rw\n", "/a", NULL},
	};
	AUTO_FD int fd = open(scratch, O_PATH | O_DIRECTORY);
	AUTO_FREE char *path = xasprintf("/proc/self/fdinfo/%d", fd);
	AUTO_BUF struct buf info = {0};
	int id;

	(void)state;
	assert_int_equal(file_read(path, 0, &info, NULL), 0);
	id = atoi(strstr(info.p, "mnt_id:") + 8);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_BUF struct buf table = {0}, out = {0};
		AUTO_FREE char *before = xasprintf("%d 1 7:7 /x / rw - x x rw\n", id + 1);
		AUTO_FREE char *number = xasprintf("%d", id);
		const char *at = strstr(cases[i].line, "%d");

		buf_adds(&table, before);
		buf_add(&table, cases[i].line, (size_t)(at - cases[i].line));
		buf_adds(&table, number);
		buf_adds(&table, at + 2);
		assert_int_equal(place_of(&table, fd, cases[i].path, &out),
			cases[i].place ? 0 : -1);
		if (cases[i].place)
			assert_string_equal(out.p, cases[i].place);
	}
}

static void make(struct gate *g, struct resolved *s)
{
	struct err e = {0};

	s->from.known = true;
	str_set(&s->image, "x");
	strv_add(&s->set.command, "true");
	if (gate_make(g, s, scratch, "7-abc", "unix:///x", &e) < 0)
		fail_msg("%s", e.msg);
}

/* Engines mount by depth: it has to be the last. */
static void nothing_lies_deeper(void **state)
{
	static const struct {
		const char *mount, *volume, *gate;
	} cases[] = {
		{"/a", NULL, "/dev/.cnnrun-7-abc"},
		{"/a/b/c/d", NULL, "/dev/.cnnrun-7-abc/d/d/d"},
		{"/a", "/v/v/v/v/", "/dev/.cnnrun-7-abc/d/d/d/d"},
		{"/dev", NULL, "/.cnnrun-7-abc/d"},
		{"//dev/", NULL, "/.cnnrun-7-abc/d"},
		{"/dev/shm/x", NULL, "/dev/.cnnrun-7-abc/d/d"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_RESOLVED struct resolved s;
		struct gate g;
		const struct resolved_mount *m;

		resolved_init(&s);
		resolved_add_mount(&s, MOUNT_BIND, "/x", cases[i].mount);
		if (cases[i].volume)
			strv_add(&s.from.volumes, cases[i].volume);
		make(&g, &s);
		m = &s.mounts[s.n_mounts - 1];
		assert_string_equal(m->target, cases[i].gate);
		assert_true(m->readonly);
		assert_string_equal(kvs_get(&s.set.labels, LABEL_GATE), m->target);
		assert_int_equal(s.held.n, 2);
		assert_int_equal(strncmp(s.held.v[0], m->target, strlen(m->target)), 0);
		gate_drop(&g, &s);
		assert_int_equal(s.held.n, 0);
	}
}

/* One that may outlive its launch lies among the state. */
static void where_it_lies(void **state)
{
	AUTO_FREE char *kept = gate_kept_dir("7-abc");

	(void)state;
	for (int keep = 0; keep < 2; keep++) {
		AUTO_RESOLVED struct resolved s;
		struct gate g;
		struct stat st;

		resolved_init(&s);
		s.set.keep = keep;
		make(&g, &s);
		assert_int_equal(!strcmp(g.dir, kept), keep);
		assert_int_equal(stat(g.dir, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0755);
		gate_close(&g);
		gate_remove_kept("7-abc");
		assert_int_equal(stat(kept, &st), -1);
		if (!keep) {
			AUTO_FREE char *dir = xasprintf("%s/" GATE_BELOW, scratch);

			gate_remove(dir);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places),
		cmocka_unit_test(nothing_lies_deeper),
		cmocka_unit_test(where_it_lies),
	};
	int failed;

	mem_init();
	scratch = scratch_make();
	setenv("XDG_STATE_HOME", scratch, 1);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scratch_end(scratch);
	return failed;
}
