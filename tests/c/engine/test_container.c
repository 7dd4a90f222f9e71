/* SPDX-License-Identifier: MIT */
/* Life and death of containers on a real engine. */
#include "run.h"

static void test_output_and_status(void **state)
{
	struct run r = {.resolved = shell_resolved("echo out; echo err >&2; exit 42")};

	(void)state;
	start(&r);
	finish(&r);
	assert_string_equal(r.out.p, "out\n");
	assert_string_equal(r.err.p, "err\n");
	assert_int_equal(r.status, 42);
	end(&r);
}

/* The list of the engine lags behind: who waits for what it shows may come too late. */
static void test_wait_after_the_end(void **state)
{
	struct run r = {.resolved = shell_resolved("exit 7")};
	struct container_wait *late = NULL;
	struct pollfd p = {.events = POLLIN};
	struct err e = {0};
	int status = -1, rc;

	(void)state;
	start(&r);
	finish(&r);
	assert_ok(container_wait_started(engine, r.id, &late, &e));
	p.fd = container_wait_fd(late);
	while (!(rc = container_wait_poll(late, &status, &e)))
		assert_true(poll(&p, 1, 5000) > 0);
	assert_ok(rc);
	assert_int_equal(status, 7);
	container_wait_free(late);
	end(&r);
}

/* More than pipes and buffers hold, through the program and back. */
static void test_half_close(void **state)
{
	struct run r = {.resolved = shell_resolved("wc -c; md5sum /dev/null; exit 3")};
	static char data[1 << 20];
	size_t sent = 0;
	struct err e = {0};

	(void)state;
	r.resolved.open_stdin = true;
	start(&r);
	memset(data, 'x', sizeof data);
	while (sent < sizeof data) {
		ssize_t k = stream_send(r.stream, data + sent, sizeof data - sent, &e);

		assert_ok(k);
		sent += (size_t)k;
		if (!k) {
			struct pollfd p = {.fd = stream_fd(r.stream), .events = POLLOUT};

			assert_true(poll(&p, 1, 60000) > 0);
		}
	}
	stream_end_input(r.stream);
	finish(&r);
	assert_has(r.out.p, "1048576\n");
	assert_has(r.out.p, "d41d8cd98f00b204e9800998ecf8427e");
	assert_int_equal(r.status, 3);
	end(&r);
}

static void test_tty(void **state)
{
	struct run r = {
		.resolved = shell_resolved("echo up; read x; busybox stty size; echo got "
					   "$x >&2; cat; exit 5")};
	struct err e = {0};

	(void)state;
	r.resolved.set.tty = r.resolved.open_stdin = true;
	start(&r);
	wait_for_output(&r, "up");
	assert_ok(container_resize(engine, r.id, 33, 99, &e));
	assert_int_equal(stream_send(r.stream, "word\n", 5, &e), 5);
	wait_for_output(&r, "got word");
	assert_has(r.out.p, "33 99");
	stream_end_input(r.stream);
	finish(&r);
	assert_int_equal(r.err.n, 0); /* a terminal has one output */
	assert_int_equal(r.status, 5);
	end(&r);
}

static void test_start_failures(void **state)
{
	static const struct {
		const char *program;
		int status;
		const char *words;
	} cases[] = {{"nosuch", 127, "\"nosuch\": executable file not found in $PATH"},
		{"/no/such", 127, "no such file or directory"},
		{"/etc", 126, "\"/etc\": "}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct run r = {.resolved = shell_resolved("")};
		struct err e = {0};

		strv_free(&r.resolved.set.command);
		strv_add(&r.resolved.set.command, cases[i].program);
		create(&r);
		assert_int_equal(container_start(engine, r.id, NULL, &r.status, &e), -1);
		assert_int_equal(r.status, cases[i].status);
		assert_has(e.msg, cases[i].words);
		assert_null(strstr(e.msg, "unknown"));
		end(&r);
	}
}

static void test_conflicts(void **state)
{
	struct run r = {.resolved = shell_resolved("sleep 60")};
	struct err e = {0};
	char *id = NULL;
	bool gone = false;
	int status;

	(void)state;
	create(&r);
	assert_int_equal(container_create(engine, &r.resolved, &id, NULL, &e), -1);
	assert_int_equal(e.code, 409);
	assert_has(e.msg, "already in use");
	assert_int_equal(container_kill(engine, r.id, "TERM", &e), -1);
	assert_int_equal(e.code, 409);
	assert_ok(container_stop(engine, r.id, 0, &e));
	assert_ok(container_start(engine, r.id, NULL, &status, &e));
	assert_ok(container_start(engine, r.id, NULL, &status, &e));
	assert_int_equal(container_remove(engine, r.id, false, &gone, &e), -1);
	assert_int_equal(e.code, 409);
	end(&r);
	assert_ok(container_remove(engine, "engine-test-none", true, &gone, &e));
	assert_true(gone);
}

static void test_missing(void **state)
{
	struct run r = {.resolved = shell_resolved("")};
	struct container_wait *w = NULL;
	struct stream *st = NULL;
	struct err e = {0};
	char *id = NULL;
	int status = 0;

	(void)state;
	str_set(&r.resolved.image, "engine-test/none:1");
	assert_int_equal(container_create(engine, &r.resolved, &id, NULL, &e), -1);
	assert_int_equal(e.code, 404);
	assert_int_equal(
		container_start(engine, "engine-test-none", NULL, &status, &e), -1);
	assert_int_equal(status, 125);
	assert_int_equal(
		container_attach(engine, "engine-test-none", 0, 0, 0, NULL, &st, &e), -1);
	assert_int_equal(e.code, 404);
	assert_int_equal(container_wait_begin(engine, "engine-test-none", &w, &e), -1);
	assert_int_equal(
		container_logs(engine, "engine-test-none", 0, 0, -1, 0, &st, &e), -1);
	free_resolved(&r.resolved);
}

/* Whatever the tag has come to mean since the id was found. */
static void test_image_id(void **state)
{
	struct run r = {.resolved = shell_resolved("echo ran")};
	AUTO_IMAGE struct image image = {0};
	struct err e = {0};
	bool found = false;

	(void)state;
	assert_ok(image_inspect(engine, r.resolved.image, &image, &found, &e));
	str_set(&r.resolved.image, "engine-test/none:1");
	r.resolved.image_id = xasprintf("sha256:%064d", 0);
	assert_int_equal(container_create(engine, &r.resolved, &r.id, NULL, &e), -1);
	assert_int_equal(e.code, 404);
	assert_has(e.msg, "from engine-test/none:1: ");
	str_set(&r.resolved.image_id, image.id);
	start(&r);
	finish(&r);
	assert_string_equal(r.out.p, "ran\n");
	free(r.resolved.image_id);
	end(&r);
}

static void test_signals_and_inspect(void **state)
{
	struct run r = {
		.resolved = shell_resolved(
			"trap 'exit 9' USR1; echo ready; while :; do sleep 0.1; done")};
	struct container_state c = {0};
	struct err e = {0};
	bool found = false;

	(void)state;
	kvs_set(&r.resolved.set.labels, "engine.test", r.resolved.set.name);
	r.resolved.set.workdir = xstrdup("/etc");
	start(&r);
	wait_for_output(&r, "ready");
	assert_ok(container_inspect(engine, r.resolved.set.name, &c, &found, &e));
	assert_true(found && c.running && !c.tty && c.pid > 0);
	assert_string_equal(c.id, r.id);
	assert_string_equal(c.name, r.resolved.set.name);
	assert_string_equal(c.workdir, "/etc");
	assert_string_equal(kvs_get(&c.labels, "engine.test"), r.resolved.set.name);
	container_state_free(&c);
	assert_ok(container_kill(engine, r.id, "USR1", &e));
	finish(&r);
	assert_int_equal(r.status, 9);
	assert_ok(container_inspect(engine, r.id, &c, &found, &e));
	assert_true(!c.running && c.exit_code == 9);
	container_state_free(&c);
	assert_ok(container_inspect(engine, "engine-test-none", &c, &found, &e));
	assert_false(found);
	kvs_free(&r.resolved.set.labels);
	free(r.resolved.set.workdir);
	end(&r);
}

/* A GPU request reaches the hook that dockerd found on its PATH when it started; the
 * tests' engine has a stand-in there. */
static void test_gpu_request(void **state)
{
	struct run r = {.resolved = shell_resolved("echo $NVIDIA_VISIBLE_DEVICES; echo "
						   "$NVIDIA_DRIVER_CAPABILITIES")};
	struct err e = {0};

	(void)state;
	r.resolved.set.gpus.select = GPU_IDS;
	strv_add(&r.resolved.set.gpus.ids, "2");
	strv_add(&r.resolved.set.gpus.ids, "3");
	kvs_set(&r.resolved.env, "NVIDIA_DRIVER_CAPABILITIES", "ngx");
	create(&r);
	attach(&r);
	if (container_start(engine, r.id, NULL, &r.status, &e) < 0) {
		assert_has(e.msg, "could not select device driver"); /* no hook there */
		assert_int_equal(r.status, 125);
	} else {
		finish(&r);
		assert_has(r.out.p, "2,3\nngx\n");
	}
	strv_free(&r.resolved.set.gpus.ids);
	kvs_free(&r.resolved.env);
	end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_output_and_status),
		cmocka_unit_test(test_wait_after_the_end),
		cmocka_unit_test(test_half_close),
		cmocka_unit_test(test_tty),
		cmocka_unit_test(test_start_failures),
		cmocka_unit_test(test_conflicts),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_image_id),
		cmocka_unit_test(test_signals_and_inspect),
		cmocka_unit_test(test_gpu_request),
	};

	need_engine();
	return cmocka_run_group_tests(tests, open_engine, close_engine);
}
