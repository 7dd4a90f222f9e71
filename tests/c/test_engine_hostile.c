/* SPDX-License-Identifier: MIT */
/* Every call of the engine against every way to answer it wrongly: none crashes, hangs or
 * takes much memory, and each says in one printable line what went wrong. */
#include "hostile_calls.h"
#include "hostile_server.h"

#include <sys/resource.h>

#include "base/printable.h"

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
	size_t endless = 0;

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
		endless++;
	}
	assert_true(endless >= 2);
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
