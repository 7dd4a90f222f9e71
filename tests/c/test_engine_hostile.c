/* SPDX-License-Identifier: MIT */
/* Every call of the engine against every way to answer it wrongly: none crashes, hangs or
 * takes much memory, and each says in one printable line what went wrong. */
#include "canned.h"
#include "engine_calls.h"
#include "engine_faults.h"

#include <sys/mman.h>
#include <sys/resource.h>

#include "base/log.h"
#include "engine/http/call.h"

/* Which of them is served; shared with the server. */
static volatile int *fault_now;

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
