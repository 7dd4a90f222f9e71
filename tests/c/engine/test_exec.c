/* SPDX-License-Identifier: MIT */
/* Further programs in a container, and what it printed. */
#include "run.h"

static void test_logs(void **state)
{
	struct run r = {.resolved = shell_resolved("echo one; echo two; echo three >&2")};
	AUTO_BUF struct buf out = {0}, err = {0};
	struct err e = {0};
	struct stream *st = NULL;

	(void)state;
	r.resolved.set.log = true;
	start(&r);
	finish(&r);
	assert_ok(container_logs(engine, r.id, false, true, -1, false, &st, &e));
	do {
		struct pollfd p = {.fd = stream_fd(st), .events = POLLIN};

		poll(&p, 1, 1000);
	} while (drain(st, &out, &err));
	stream_free(st);
	assert_string_equal(out.p, "one\ntwo\n");
	assert_string_equal(err.p, "three\n");
	end(&r);
}

static void exec_in(struct run *r, struct exec_request *x, struct buf *out,
	struct buf *err, int *status)
{
	struct stream *st = NULL;
	AUTO_FREE char *id = NULL;
	bool running = true;
	struct err e = {0};

	assert_ok(container_exec(engine, r->id, x, &id, &st, status, &e));
	if (x->open_stdin) {
		assert_int_equal(stream_send(st, "input\n", 6, &e), 6);
		stream_end_input(st);
	}
	do {
		struct pollfd p = {.fd = stream_fd(st), .events = POLLIN};

		poll(&p, 1, 1000);
	} while (drain(st, out, err));
	stream_free(st);
	assert_ok(container_exec_wait(engine, id, -1, &running, status, &e));
	assert_false(running);
}

static void test_exec(void **state)
{
	struct run r = {.resolved = shell_resolved("echo up; sleep 100")};
	AUTO_BUF struct buf out = {0}, err = {0};
	struct exec_request x = {.user = "7:8", .workdir = "/etc", .open_stdin = true};
	int status = 0;
	struct err e = {0};

	(void)state;
	start(&r);
	wait_for_output(&r, "up");
	strv_add(&x.command, "sh");
	strv_add(&x.command, "-c");
	strv_add(&x.command, "cat; id -u; pwd; echo $V; echo e >&2; exit 6");
	kvs_set(&x.env, "V", "value");
	exec_in(&r, &x, &out, &err, &status);
	assert_string_equal(out.p, "input\n7\n/etc\nvalue\n");
	assert_string_equal(err.p, "e\n");
	assert_int_equal(status, 6);
	strv_free(&x.command);
	kvs_free(&x.env);
	x = (struct exec_request){0};
	strv_add(&x.command, "nosuch");
	out.n = 0;
	exec_in(&r, &x, &out, &err, &status);
	buf_adds(&out, buf_str(&err)); /* Docker tells it as output, Podman as error */
	assert_has(out.p, "not found");
	assert_true(status == 126 || status == 127); /* 126: Docker 20.10 with runc 1.1 */
	assert_int_equal(container_exec(engine, "engine-test-none", &x, &(char *){NULL},
				 &(struct stream *){NULL}, &status, &e),
		-1);
	assert_int_equal(status, 125);
	strv_free(&x.command);
	end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_logs),
		cmocka_unit_test(test_exec),
	};

	need_engine();
	return cmocka_run_group_tests(tests, open_engine, close_engine);
}
