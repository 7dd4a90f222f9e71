/* SPDX-License-Identifier: MIT */
/* Life and death of containers on a real engine. */
#include "engine_test.h"

#include <fcntl.h>
#include <poll.h>

#include "engine/network.h"

struct run {
	struct spec spec;
	char *id;
	struct stream *stream;
	struct container_wait *wait;
	struct buf out, err;
	int status;
};

static void create(struct run *r)
{
	struct err e = {0};

	assert_good(container_create(engine, &r->spec, &r->id, NULL, &e), &e);
}

static void attach(struct run *r)
{
	struct err e = {0};

	assert_good(container_attach(engine, r->id, r->spec.tty, r->spec.open_stdin,
			    false, NULL, &r->stream, &e),
		&e);
	assert_good(container_wait_begin(engine, r->id, &r->wait, &e), &e);
}

static void start(struct run *r)
{
	struct err e = {0};

	create(r);
	attach(r);
	assert_good(container_start(engine, r->id, NULL, &r->status, &e), &e);
}

/* Reads what there is: false at the end of the stream. */
static bool drain(struct stream *s, struct buf *out, struct buf *err)
{
	char data[4096];
	struct err e = {0};
	int channel;
	ssize_t k;

	while ((k = stream_recv(s, data, sizeof data, &channel, &e)) > 0)
		buf_add(channel == 2 ? err : out, data, (size_t)k);
	if (k < 0 && e.code)
		fail_msg("%s", e.msg);
	return k == 0;
}

/* Until both the output and the container have ended. */
static void finish(struct run *r)
{
	bool open = true, running = true;
	struct err e = {0};

	while (open || running) {
		struct pollfd p[] = {
			{.fd = open ? stream_fd(r->stream) : -1, .events = POLLIN},
			{.fd = running ? container_wait_fd(r->wait) : -1,
				.events = POLLIN}};
		int rc;

		assert_true(poll(p, 2, 60000) > 0);
		open = open && drain(r->stream, &r->out, &r->err);
		rc = running ? container_wait_poll(r->wait, &r->status, &e) : 1;
		assert_good(rc, &e);
		running = rc == 0;
	}
}

static void end(struct run *r)
{
	struct err e = {0};
	bool gone = true;

	stream_free(r->stream);
	container_wait_free(r->wait);
	buf_free(&r->out);
	buf_free(&r->err);
	assert_good(container_remove(engine, r->id, true, &gone, &e), &e);
	assert_false(gone);
	free_spec(&r->spec);
	free(r->id);
}

static void wait_for_output(struct run *r, const char *text)
{
	while (!r->out.p || !strstr(r->out.p, text)) {
		struct pollfd p = {.fd = stream_fd(r->stream), .events = POLLIN};

		assert_true(poll(&p, 1, 60000) > 0);
		assert_true(drain(r->stream, &r->out, &r->err));
	}
}

static void test_output_and_status(void **state)
{
	struct run r = {.spec = shell_spec("echo out; echo err >&2; exit 42")};

	(void)state;
	start(&r);
	finish(&r);
	assert_string_equal(r.out.p, "out\n");
	assert_string_equal(r.err.p, "err\n");
	assert_int_equal(r.status, 42);
	end(&r);
}

/* More than pipes and buffers hold, through the program and back. */
static void test_half_close(void **state)
{
	struct run r = {.spec = shell_spec("wc -c; md5sum /dev/null; exit 3")};
	static char data[1 << 20];
	size_t sent = 0;
	struct err e = {0};

	(void)state;
	r.spec.open_stdin = true;
	start(&r);
	memset(data, 'x', sizeof data);
	while (sent < sizeof data) {
		ssize_t k = stream_send(r.stream, data + sent, sizeof data - sent, &e);

		assert_good(k, &e);
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
	struct run r = {.spec = shell_spec("echo up; read x; busybox stty size; echo got "
					   "$x >&2; cat; exit 5")};
	struct err e = {0};

	(void)state;
	r.spec.tty = r.spec.open_stdin = true;
	start(&r);
	wait_for_output(&r, "up");
	assert_good(container_resize(engine, r.id, 33, 99, &e), &e);
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
		{"/etc", 126, "permission denied"}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct run r = {.spec = shell_spec("")};
		struct err e = {0};

		strv_free(&r.spec.command);
		strv_add(&r.spec.command, cases[i].program);
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
	struct run r = {.spec = shell_spec("sleep 60")};
	struct err e = {0};
	char *id = NULL;
	bool gone = false;
	int status;

	(void)state;
	create(&r);
	assert_int_equal(container_create(engine, &r.spec, &id, NULL, &e), -1);
	assert_int_equal(e.code, 409);
	assert_has(e.msg, "already in use");
	assert_int_equal(container_kill(engine, r.id, "TERM", &e), -1);
	assert_int_equal(e.code, 409);
	assert_good(container_stop(engine, r.id, 0, &e), &e);
	assert_good(container_start(engine, r.id, NULL, &status, &e), &e);
	assert_good(container_start(engine, r.id, NULL, &status, &e), &e);
	assert_int_equal(container_remove(engine, r.id, false, &gone, &e), -1);
	assert_int_equal(e.code, 409);
	end(&r);
	assert_good(container_remove(engine, "engine-test-none", true, &gone, &e), &e);
	assert_true(gone);
}

static void test_missing(void **state)
{
	struct run r = {.spec = shell_spec("")};
	struct container_wait *w = NULL;
	struct stream *st = NULL;
	struct err e = {0};
	char *id = NULL;
	int status = 0;

	(void)state;
	str_set(&r.spec.image, "engine-test/none:1");
	assert_int_equal(container_create(engine, &r.spec, &id, NULL, &e), -1);
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
	free_spec(&r.spec);
}

static void test_signals_and_inspect(void **state)
{
	struct run r = {
		.spec = shell_spec(
			"trap 'exit 9' USR1; echo ready; while :; do sleep 0.1; done")};
	struct container_state c = {0};
	struct err e = {0};
	bool found = false;

	(void)state;
	kvs_set(&r.spec.labels, "engine.test", r.spec.name);
	r.spec.workdir = xstrdup("/etc");
	start(&r);
	wait_for_output(&r, "ready");
	assert_good(container_inspect(engine, r.spec.name, &c, &found, &e), &e);
	assert_true(found && c.running && !c.tty && c.pid > 0);
	assert_string_equal(c.id, r.id);
	assert_string_equal(c.name, r.spec.name);
	assert_string_equal(c.workdir, "/etc");
	assert_string_equal(kvs_get(&c.labels, "engine.test"), r.spec.name);
	container_state_free(&c);
	assert_good(container_kill(engine, r.id, "USR1", &e), &e);
	finish(&r);
	assert_int_equal(r.status, 9);
	assert_good(container_inspect(engine, r.id, &c, &found, &e), &e);
	assert_true(!c.running && c.exit_code == 9);
	container_state_free(&c);
	assert_good(container_inspect(engine, "engine-test-none", &c, &found, &e), &e);
	assert_false(found);
	kvs_free(&r.spec.labels);
	free(r.spec.workdir);
	end(&r);
}

static void test_list(void **state)
{
	struct run r = {.spec = shell_spec("")};
	AUTO_FREE char *label = xasprintf("engine.list=%s", r.spec.name);
	struct container_list l = {0};
	struct err e = {0};
	bool yes = false;

	(void)state;
	kvs_set(&r.spec.labels, "engine.list", r.spec.name);
	create(&r);
	assert_good(container_list(engine, label, false, &l, &e), &e);
	assert_int_equal(l.n, 0); /* not running */
	assert_good(container_list(engine, label, true, &l, &e), &e);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].id, r.id);
	assert_string_equal(l.v[0].name, r.spec.name);
	assert_string_equal(l.v[0].state, "created");
	assert_true(l.v[0].created > 1500000000);
	container_list_free(&l);
	assert_good(network_exists(engine, "host", &yes, &e), &e);
	assert_true(yes);
	assert_good(network_exists(engine, "engine-test-none", &yes, &e), &e);
	assert_false(yes);
	kvs_free(&r.spec.labels);
	end(&r);
}

static void test_volumes(void **state)
{
	AUTO_JSON cJSON *body = cJSON_Parse(
		"{\"Name\":\"engine-test-v\",\"Labels\":{\"engine.v\":\"1\"}}");
	AUTO_STRV struct strv names = {0};
	struct err e = {0};

	(void)state;
	assert_good(engine_call(engine, "POST", "/volumes/create", body, NULL, &e), &e);
	assert_good(volume_list(engine, "engine.v=1", &names, &e), &e);
	assert_true(strv_has(&names, "engine-test-v"));
	assert_good(volume_remove(engine, "engine-test-v", &e), &e);
	assert_good(volume_remove(engine, "engine-test-v", &e), &e);
}

static void test_logs(void **state)
{
	struct run r = {.spec = shell_spec("echo one; echo two; echo three >&2")};
	AUTO_BUF struct buf out = {0}, err = {0};
	struct err e = {0};
	struct stream *st = NULL;

	(void)state;
	r.spec.log = true;
	start(&r);
	finish(&r);
	assert_good(container_logs(engine, r.id, false, true, -1, false, &st, &e), &e);
	do {
		struct pollfd p = {.fd = stream_fd(st), .events = POLLIN};

		poll(&p, 1, 1000);
	} while (drain(st, &out, &err));
	stream_free(st);
	assert_string_equal(out.p, "one\ntwo\n");
	assert_string_equal(err.p, "three\n");
	end(&r);
}

static void exec_in(
	struct run *r, struct exec_spec *x, struct buf *out, struct buf *err, int *status)
{
	struct stream *st = NULL;
	AUTO_FREE char *id = NULL;
	bool running = true;
	struct err e = {0};

	assert_good(container_exec(engine, r->id, x, &id, &st, status, &e), &e);
	if (x->open_stdin) {
		assert_int_equal(stream_send(st, "input\n", 6, &e), 6);
		stream_end_input(st);
	}
	do {
		struct pollfd p = {.fd = stream_fd(st), .events = POLLIN};

		poll(&p, 1, 1000);
	} while (drain(st, out, err));
	stream_free(st);
	assert_good(container_exec_wait(engine, id, -1, &running, status, &e), &e);
	assert_false(running);
}

static void test_exec(void **state)
{
	struct run r = {.spec = shell_spec("echo up; sleep 100")};
	AUTO_BUF struct buf out = {0}, err = {0};
	struct exec_spec x = {.user = "7:8", .workdir = "/etc", .open_stdin = true};
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
	x = (struct exec_spec){0};
	strv_add(&x.command, "nosuch");
	out.n = 0;
	exec_in(&r, &x, &out, &err, &status);
	assert_has(out.p, "not found");
	assert_true(status == 126 || status == 127); /* 126: Docker 20.10 with runc 1.1 */
	assert_int_equal(container_exec(engine, "engine-test-none", &x, &(char *){NULL},
				 &(struct stream *){NULL}, &status, &e),
		-1);
	assert_int_equal(status, 125);
	strv_free(&x.command);
	end(&r);
}

static struct spec_file file(char *path, char *data, mode_t mode, uid_t uid)
{
	return (struct spec_file){.path = path,
		.data = data,
		.n = data ? strlen(data) : 0,
		.mode = mode,
		.uid = uid,
		.gid = uid};
}

static void test_archive(void **state)
{
	struct run r = {
		.spec = shell_spec(
			"stat -c '%a %u:%g %n' /etc/engine /etc/engine/f /h; ls -l /h")};
	char d[] = "/etc/engine", f[] = "/etc/engine/f", h[] = "/h", text[] = "hello\n",
	     none[] = "";
	struct spec_file files[] = {file(d, NULL, 0711, 3), file(f, text, 0604, 1234567),
		file(h, none, 0600, 0)};
	AUTO_BUF struct buf got = {0};
	struct err e = {0};
	bool found = false;

	(void)state;
	create(&r);
	assert_good(container_put_files(engine, r.id, &r.spec, files, 3, &e), &e);
	assert_good(container_get_file(engine, r.id, f, 100, &got, &found, &e), &e);
	assert_true(found);
	assert_string_equal(got.p, text);
	got.n = 0;
	assert_good(container_get_file(
			    engine, r.id, "/etc/engine/../engine/f", 6, &got, &found, &e),
		&e);
	assert_string_equal(got.p, text);
	assert_good(
		container_get_file(engine, r.id, "/etc/none", 6, &got, &found, &e), &e);
	assert_false(found);
	assert_good(
		container_get_file(engine, r.id, "/bin", 1 << 20, &got, &found, &e), &e);
	assert_false(found); /* a directory */
	assert_int_equal(container_get_file(engine, r.id, f, 5, &got, &found, &e), -1);
	assert_has(e.msg, "larger than 5 bytes");
	assert_int_equal(container_get_file(
				 engine, r.id, "/bin/busybox", 100000, &got, &found, &e),
		-1);
	assert_int_equal(e.code, EFBIG);
	attach(&r);
	assert_good(container_start(engine, r.id, NULL, &r.status, &e), &e);
	finish(&r);
	assert_has(r.out.p,
		"711 3:3 /etc/engine\n604 1234567:1234567 /etc/engine/f\n600 0:0 /h\n");
	end(&r);
}

static void test_symlinks_are_followed_inside(void **state)
{
	struct run r = {.spec = shell_spec(
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
		assert_good(
			container_get_file(engine, r.id, good[i], 100, &got, &found, &e),
			&e);
		assert_true(found);
		assert_string_equal(got.p, "text\n");
	}
	assert_good(
		container_get_file(engine, r.id, "/dangling", 100, &got, &found, &e), &e);
	assert_false(found);
	assert_int_equal(
		container_get_file(engine, r.id, "/loop", 100, &got, &found, &e) == 0 &&
			found,
		0);
	end(&r);
}

static void test_put_below_mounts(void **state)
{
	struct spec_mount m[] = {{.type = MOUNT_BIND, .target = (char[]){"/work/"}},
		{.type = MOUNT_TMPFS, .target = (char[]){"/run"}}};
	struct spec s = {.mounts = m, .n_mounts = 2};
	char *const bad[] = {(char[]){"/work"}, (char[]){"/work/f"},
		(char[]){"/x/../work/f"}, (char[]){"/run/f"}, (char[]){"relative"}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct spec_file f = {.path = bad[i], .mode = 0600};
		struct err e = {0};

		assert_int_equal(
			container_put_files(engine, "unasked", &s, &f, 1, &e), -1);
		assert_has(e.msg, bad[i]);
	}
}

/* A GPU request reaches the hook that dockerd found on its PATH when it started; the
 * tests' engine has a stand-in there. */
static void test_gpu_request(void **state)
{
	struct run r = {.spec = shell_spec("echo $NVIDIA_VISIBLE_DEVICES; echo "
					   "$NVIDIA_DRIVER_CAPABILITIES")};
	struct err e = {0};

	(void)state;
	r.spec.gpus.select = GPU_IDS;
	strv_add(&r.spec.gpus.ids, "2");
	strv_add(&r.spec.gpus.ids, "3");
	strv_add(&r.spec.gpus.capabilities, "compute");
	strv_add(&r.spec.gpus.capabilities, "utility");
	create(&r);
	attach(&r);
	if (container_start(engine, r.id, NULL, &r.status, &e) < 0) {
		assert_has(e.msg, "could not select device driver"); /* no hook there */
		assert_int_equal(r.status, 125);
	} else {
		finish(&r);
		assert_has(r.out.p, "2,3\n");
		assert_has(r.out.p, "compute");
	}
	strv_free(&r.spec.gpus.ids);
	strv_free(&r.spec.gpus.capabilities);
	end(&r);
}

static void test_system(void **state)
{
	const struct engine_system *s = NULL, *again = NULL;
	struct err e = {0};

	(void)state;
	assert_good(engine_system(engine, &s, &e), &e);
	assert_true(s->n_cpu > 0 && s->memory > 0 && *s->version && *s->storage_driver);
	assert_good(engine_system(engine, &again, &e), &e);
	assert_ptr_equal(s, again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_output_and_status),
		cmocka_unit_test(test_half_close),
		cmocka_unit_test(test_tty),
		cmocka_unit_test(test_start_failures),
		cmocka_unit_test(test_conflicts),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_signals_and_inspect),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_volumes),
		cmocka_unit_test(test_logs),
		cmocka_unit_test(test_exec),
		cmocka_unit_test(test_archive),
		cmocka_unit_test(test_symlinks_are_followed_inside),
		cmocka_unit_test(test_put_below_mounts),
		cmocka_unit_test(test_gpu_request),
		cmocka_unit_test(test_system),
	};

	need_engine();
	return cmocka_run_group_tests(tests, open_engine, close_engine);
}
