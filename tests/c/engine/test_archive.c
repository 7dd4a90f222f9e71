/* SPDX-License-Identifier: MIT */
/* Files read from and put into containers. */
#include "run.h"

static struct resolved_file file(char *path, char *data, mode_t mode, uid_t uid)
{
	return (struct resolved_file){.path = path,
		.data = data,
		.n = data ? strlen(data) : 0,
		.mode = mode,
		.uid = uid,
		.gid = uid};
}

static void test_archive(void **state)
{
	struct run r = {
		.resolved = shell_resolved(
			"stat -c '%a %u:%g %n' /etc/engine /etc/engine/f /h; ls -l /h")};
	char d[] = "/etc/engine", f[] = "/etc/engine/f", h[] = "/h", text[] = "hello\n",
	     none[] = "";
	struct resolved_file files[] = {file(d, NULL, 0711, 3),
		file(f, text, 0604, 1234567), file(h, none, 0600, 0)};
	AUTO_BUF struct buf got = {0};
	struct err e = {0};
	bool found = false;

	(void)state;
	create(&r);
	assert_ok(container_put_files(engine, r.id, &r.resolved, files, 3, &e));
	assert_ok(container_get_file(engine, r.id, f, 100, &got, &found, &e));
	assert_true(found);
	assert_string_equal(got.p, text);
	got.n = 0;
	assert_ok(container_get_file(
		engine, r.id, "/etc/engine/../engine/f", 6, &got, &found, &e));
	assert_string_equal(got.p, text);
	assert_ok(container_get_file(engine, r.id, "/etc/none", 6, &got, &found, &e));
	assert_false(found);
	assert_ok(container_get_file(engine, r.id, "/bin", 1 << 20, &got, &found, &e));
	assert_false(found); /* a directory */
	assert_int_equal(container_get_file(engine, r.id, f, 5, &got, &found, &e), -1);
	assert_has(e.msg, "larger than 5 bytes");
	assert_int_equal(container_get_file(
				 engine, r.id, "/bin/busybox", 100000, &got, &found, &e),
		-1);
	assert_int_equal(e.code, EFBIG);
	attach(&r);
	assert_ok(container_start(engine, r.id, NULL, &r.status, &e));
	finish(&r);
	assert_has(r.out.p,
		"711 3:3 /etc/engine\n604 1234567:1234567 /etc/engine/f\n600 0:0 /h\n");
	end(&r);
}

static void test_symlinks_are_followed_inside(void **state)
{
	struct run r = {.resolved = shell_resolved(
				"mkdir /real /sub; echo text >/real/f; ln -s /real /abs; "
				"ln -s ../../../../real/f /sub/up; ln -s f /real/rel; "
				"ln -s /sub/up /chain; "
				"ln -s loop /loop; ln -s nowhere /dangling")};
	static const char *const good[] = {
		"/abs/f", "/sub/up", "/real/rel", "/abs/rel", "/chain"};
	AUTO_BUF struct buf got = {0};
	struct err e = {0};
	bool found = false;

	(void)state;
	start(&r);
	finish(&r);
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		got.n = 0;
		assert_ok(
			container_get_file(engine, r.id, good[i], 100, &got, &found, &e));
		assert_true(found);
		assert_string_equal(got.p, "text\n");
	}
	assert_ok(container_get_file(engine, r.id, "/dangling", 100, &got, &found, &e));
	assert_false(found);
	assert_int_equal(
		container_get_file(engine, r.id, "/loop", 100, &got, &found, &e) == 0 &&
			found,
		0);
	end(&r);
}

/* The fast kind of no network looks as the engine's own. */
static void test_localhost_without_network(void **state)
{
	static const char script[] = "cat /etc/hosts; ls /sys/class/net";
	struct run r = {.resolved = shell_resolved(script)},
		   same = {.resolved = shell_resolved(script)};
	struct resolved_file f = {
		.path = (char[]){"/etc/other"}, .data = (char[]){"x"}, .n = 1};
	struct err e = {0};

	(void)state;
	start(&r);
	finish(&r);
	assert_has(r.out.p, "127.0.0.1\tlocalhost\n");
	same.resolved.set.readonly_rootfs = true; /* where we leave it to the engine */
	start(&same);
	finish(&same);
	assert_string_equal(r.out.p, same.out.p);
	end(&same);
	end(&r);
	r = (struct run){.resolved = shell_resolved("cat /etc/hosts /etc/other")};
	r.resolved.files = &f;
	r.resolved.n_files = 1;
	create(&r);
	assert_ok(container_put_files(engine, r.id, &r.resolved, &f, 1, &e));
	attach(&r);
	assert_ok(container_start(engine, r.id, NULL, &r.status, &e));
	finish(&r);
	assert_has(r.out.p, "127.0.0.1\tlocalhost\n");
	assert_has(r.out.p, "allrouters\nx");
	end(&r);
}

static void test_put_below_mounts(void **state)
{
	struct resolved_mount m[] = {{.type = MOUNT_BIND, .target = (char[]){"/work/"}},
		{.type = MOUNT_TMPFS, .target = (char[]){"/run"}}};
	struct resolved s = {.mounts = m, .n_mounts = 2};
	char *const bad[] = {(char[]){"/work"}, (char[]){"/work/f"},
		(char[]){"/x/../work/f"}, (char[]){"/run/f"}, (char[]){"relative"}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct resolved_file f = {.path = bad[i], .mode = 0600};
		struct err e = {0};

		assert_int_equal(
			container_put_files(engine, "unasked", &s, &f, 1, &e), -1);
		assert_has(e.msg, bad[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_archive),
		cmocka_unit_test(test_symlinks_are_followed_inside),
		cmocka_unit_test(test_localhost_without_network),
		cmocka_unit_test(test_put_below_mounts),
	};

	need_engine();
	return cmocka_run_group_tests(tests, open_engine, close_engine);
}
