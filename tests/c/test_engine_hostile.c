/* SPDX-License-Identifier: MIT */
/* Every call of the engine against every way to answer it wrongly: none crashes, hangs or
 * takes much memory, and each says in one printable line what went wrong. */
#include "build_test.h"
#include "canned.h"
#include "engine_faults.h"
#include "shell_resolved.h"

#include <poll.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "base/log.h"
#include "engine/http/call.h"
#include "engine/network.h"

/* Which of them is served; shared with the server. */
static volatile int *fault_now;
static char *context;

static void fault_serve(int fd)
{
	const struct fault *f = &faults[*fault_now];
	AUTO_BUF struct buf out = {0};
	char line[128];
	int n;
	struct pollfd gone = {.fd = fd, .events = POLLRDHUP};

	if (write(fd, f->reply, strlen(f->reply)) < 0)
		return;
	if (f->after == SILENCE)
		poll(&gone, 1, -1);
	for (unsigned i = 0; f->after == FLOOD || f->after == DRIP; i++) {
		snprintf(line, sizeof line,
			!strncmp(f->reply, OK, sizeof OK - 1)
				? "{\"stream\":\"Step %u/9 : x\"}\n"
				: "h%u: b\r\n",
			i);
		for (n = 0; n < (f->after == DRIP ? 1 : 50); n++)
			buf_adds(&out, f->more ? f->more : line);
		if (write(fd, out.p, out.n) < 0)
			return;
		out.n = 0;
		if (f->after == DRIP && poll(&gone, 1, 20) > 0)
			return;
	}
}

/* Pings are answered well, and each other request with the fault. */
static void serve_faults(int listener)
{
	char head[65536];
	int fd;

	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		size_t n = 0;
		ssize_t k;

		head[0] = 0;
		while (n < sizeof head - 1 &&
			(k = read(fd, head + n, sizeof head - 1 - n)) > 0) {
			n += (size_t)k;
			head[n] = 0;
			if (strstr(head, "\r\n\r\n"))
				break;
		}
		if (!strncmp(head, "GET /_ping", 10))
			k = write(fd, PING_1_41, sizeof PING_1_41 - 1);
		else
			fault_serve(fd);
		close(fd);
	}
}

static struct server start_server(void)
{
	struct server s = {.dir = scratch_make()};
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(a.sun_path, sizeof a.sun_path, "%s/s", s.dir);
	assert_int_equal(bind(listener, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(listen(listener, 8), 0);
	s.url = xasprintf("unix://%s", a.sun_path);
	s.pid = fork();
	assert_true(s.pid >= 0);
	if (!s.pid) {
		signal(SIGPIPE, SIG_IGN);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve_faults(listener);
		_exit(0);
	}
	close(listener);
	return s;
}

static int call_ping(struct engine *g, struct err *e)
{
	return engine_call(g, "GET", "/_ping2", NULL, NULL, e);
}

static int call_info(struct engine *g, struct err *e)
{
	const struct engine_facts *f;

	return engine_facts(g, &f, e);
}

static int call_image_inspect(struct engine *g, struct err *e)
{
	struct image i = {0};
	bool found;
	int rc = image_inspect(g, "busybox", &i, &found, e);

	image_free(&i);
	return rc;
}

static int call_image_remove(struct engine *g, struct err *e)
{
	return image_remove(g, "busybox", e);
}

static int call_pull(struct engine *g, struct err *e)
{
	return image_pull(g, "busybox", NULL, NULL, e);
}

static int call_import(struct engine *g, struct err *e)
{
	int fd = open("/dev/null", O_RDONLY);
	AUTO_FREE char *id = NULL;
	int rc = image_import(g, fd, "x", NULL, NULL, &id, e);

	close(fd);
	return rc;
}

static int call_build(struct engine *g, struct err *e)
{
	struct plan_build b = {.wanted = true, .context = context, .tag = xstrdup("x")};
	AUTO_FREE char *id = NULL;
	int rc = build_on(g, &b, false, NULL, NULL, &id, e);

	free(b.tag);
	return rc;
}

static int call_classic_build(struct engine *g, struct err *e)
{
	int rc;

	setenv("DOCKER_BUILDKIT", "0", 1);
	rc = call_build(g, e);
	unsetenv("DOCKER_BUILDKIT");
	return rc;
}

static int call_network(struct engine *g, struct err *e)
{
	bool yes;

	return network_exists(g, "x", &yes, e);
}

static int call_volumes(struct engine *g, struct err *e)
{
	AUTO_STRV struct strv names = {0};

	return volume_list(g, "x", &names, e);
}

static int call_volume_remove(struct engine *g, struct err *e)
{
	return volume_remove(g, "x", e);
}

static int call_list(struct engine *g, struct err *e)
{
	struct container_list l = {0};
	int rc = container_list(g, "x", true, &l, e);

	container_list_free(&l);
	return rc;
}

static int call_inspect(struct engine *g, struct err *e)
{
	struct container_state c = {0};
	bool found;
	int rc = container_inspect(g, "x", &c, &found, e);

	container_state_free(&c);
	return rc;
}

static int call_create(struct engine *g, struct err *e)
{
	struct resolved s = shell_resolved("true");
	AUTO_STRV struct strv warnings = {0};
	AUTO_FREE char *id = NULL;
	int rc = container_create(g, &s, &id, &warnings, e);

	free_resolved(&s);
	return rc;
}

static int call_start(struct engine *g, struct err *e)
{
	int status;

	return container_start(g, "x", NULL, &status, e);
}

static int call_kill(struct engine *g, struct err *e)
{
	return container_kill(g, "x", "TERM", e);
}

static int call_stop(struct engine *g, struct err *e)
{
	return container_stop(g, "x", 0, e);
}

static int call_resize(struct engine *g, struct err *e)
{
	return container_resize(g, "x", 1, 1, e);
}

static int call_remove(struct engine *g, struct err *e)
{
	bool gone;

	return container_remove(g, "x", true, &gone, e);
}

/* Reads at most a MiB of what should be output. */
static int drain(struct stream *st, struct err *e)
{
	struct iovec piece;
	size_t total = 0;
	int channel, k = 0;

	while (total < (1 << 20) && (k = stream_take(st, &piece, 1, &channel, e)) >= 0) {
		struct pollfd p = {.fd = stream_fd(st), .events = POLLIN};

		total += k > 0 ? piece.iov_len : 0;
		if (!k && poll(&p, 1, 100) == 0)
			break; /* output may be silent */
	}
	stream_free(st);
	return k < 0 && e->code ? -1 : 0;
}

static int call_attach(struct engine *g, struct err *e)
{
	struct stream *st = NULL;

	if (container_attach(g, "x", false, true, false, NULL, &st, e) < 0)
		return -1;
	return drain(st, e);
}

static int call_logs(struct engine *g, struct err *e)
{
	struct stream *st = NULL;

	if (container_logs(g, "x", true, false, -1, false, &st, e) < 0)
		return -1;
	return drain(st, e);
}

static int call_wait(struct engine *g, struct err *e)
{
	struct container_wait *w = NULL;
	int status = 0, rc;

	if (container_wait_begin(g, "x", &w, e) < 0)
		return -1;
	while ((rc = container_wait_poll(w, &status, e)) == 0) {
		struct pollfd p = {.fd = container_wait_fd(w), .events = POLLIN};

		if (poll(&p, 1, 100) == 0)
			break; /* a container may run for ever */
	}
	container_wait_free(w);
	return rc < 0 ? -1 : 0;
}

static int call_exec(struct engine *g, struct err *e)
{
	struct exec_request x = {0};
	struct stream *st = NULL;
	AUTO_FREE char *id = NULL;
	int status, rc;

	strv_add(&x.command, "true");
	rc = container_exec(g, "x", &x, &id, &st, &status, e);
	strv_free(&x.command);
	return rc < 0 ? -1 : drain(st, e);
}

static int call_exec_status(struct engine *g, struct err *e)
{
	bool running;
	int status;

	return container_exec_wait(g, "x", 0, &running, &status, e);
}

static int call_exec_resize(struct engine *g, struct err *e)
{
	return container_exec_resize(g, "x", 1, 1, e);
}

static int call_get_file(struct engine *g, struct err *e)
{
	AUTO_BUF struct buf text = {0};
	bool found;

	return container_get_file(g, "x", "/etc/passwd", 65536, &text, &found, e);
}

static int call_put_files(struct engine *g, struct err *e)
{
	char path[] = "/etc/x", data[] = "x";
	struct resolved_file f = {.path = path, .data = data, .n = 1, .mode = 0600};

	return container_put_files(g, "x", NULL, &f, 1, e);
}

static const struct {
	const char *name;
	int (*call)(struct engine *g, struct err *e);
	bool streams; /* may take as long as the engine likes */
} calls[] = {{"ping", call_ping, false}, {"info", call_info, false},
	{"image inspect", call_image_inspect, false},
	{"image remove", call_image_remove, false}, {"pull", call_pull, true},
	{"import", call_import, true}, {"build", call_build, true},
	{"classic build", call_classic_build, true}, {"network", call_network, false},
	{"volumes", call_volumes, false}, {"volume remove", call_volume_remove, false},
	{"list", call_list, false}, {"inspect", call_inspect, false},
	{"create", call_create, false}, {"start", call_start, false},
	{"kill", call_kill, false}, {"stop", call_stop, false},
	{"resize", call_resize, false}, {"remove", call_remove, false},
	{"attach", call_attach, false}, {"logs", call_logs, false},
	{"wait", call_wait, false}, {"exec", call_exec, false},
	{"exec status", call_exec_status, false},
	{"exec resize", call_exec_resize, false}, {"get file", call_get_file, false},
	{"put files", call_put_files, false}};

static void check_message(const char *call, const char *fault, const struct err *e)
{
	AUTO_FREE char *shown = xstrdup(e->msg);

	log_printable(shown, false);
	if (!*e->msg || strcmp(shown, e->msg) != 0 || strlen(e->msg) > 2000)
		fail_msg("%s answered by %s says: %s", call, fault, e->msg);
}

static void test_faults(void **state)
{
	struct server s = start_server();
	size_t refused = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(calls); i++) {
		for (size_t k = 0; k < COUNT_OF(faults); k++) {
			struct engine *g = NULL;
			struct err e = {0};

			if (calls[i].streams && lasts(faults[k].after))
				continue;
			*fault_now = (int)k;
			assert_ok(engine_open(s.url, &g, &e));
			g->patience_ms = 30;
			if (calls[i].call(g, &e) < 0) {
				check_message(calls[i].name, faults[k].what, &e);
				refused++;
			}
			engine_close(g);
		}
	}
	/* what a reply has no use for does not matter: not all are faults to all */
	assert_true(refused > COUNT_OF(calls) * 20);
	serve_end(&s);
}

/* A pull or a build may last, but neither its lines nor its steps may pile up. */
static void test_endless_builds(void **state)
{
	struct server s = start_server();

	(void)state;
	for (size_t k = 0; k < COUNT_OF(faults); k++) {
		const char *more = faults[k].more;
		struct engine *g = NULL;
		struct err e = {0};

		/* of these the lines have no end */
		if (faults[k].after != FLOOD || !more || more[0] == 'e' ||
			strncmp(faults[k].reply, OK "\r\n", sizeof OK + 1) != 0)
			continue;
		*fault_now = (int)k;
		assert_ok(engine_open(s.url, &g, &e));
		assert_int_equal(call_build(g, &e), -1);
		assert_has(e.msg, "too long");
		e = (struct err){0};
		assert_int_equal(call_pull(g, &e), -1);
		assert_has(e.msg, "too long");
		engine_close(g);
	}
	serve_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_endless_builds),
	};
	struct rlimit memory = {(rlim_t)1 << 29, (rlim_t)1 << 29};
	int failed;

#ifndef __SANITIZE_ADDRESS__
	setrlimit(RLIMIT_AS, &memory);
#else
	(void)memory;
#endif
	mem_init();
	fault_now = mmap(NULL, sizeof *fault_now, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	context = scratch_make();
	put(context, "Dockerfile", "FROM scratch\n");
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scratch_end(context);
	return failed;
}
