/* SPDX-License-Identifier: MIT */
/* launch(): what is asked of an engine and in which order, whatever the engine. */
#include "test.h"

#include "canned_engine.h"
#include "launch/launch.h"
#include "launch/ledger/owner.h"

enum { ALL = CAN_ATTACH | CAN_EXEC | CAN_PUT };

struct outcome {
	struct buf out, err;
	struct err e;
	int rc, status;
};

static void keep(void *ctx, int channel, const char *data, size_t n)
{
	struct outcome *o = ctx;

	buf_add(channel == 2 ? &o->err : &o->out, data, n);
}

static struct outcome run(struct engine *g, struct resolved *s)
{
	struct outcome o = {0};
	const struct launch_io io = {.take = keep, .ctx = &o};

	s->set.network = xstrdup("none");
	s->set.name = xstrdup("canned-test");
	s->image = xstrdup("busybox");
	o.rc = launch(g, s, &io, NULL, &o.status, &o.e);
	engine_close(g);
	return o;
}

static void outcome_free(struct outcome *o)
{
	buf_free(&o->out);
	buf_free(&o->err);
}
#define AUTO_OUTCOME __attribute__((cleanup(outcome_free)))

static void test_to_its_end(void **state)
{
	struct engine *g = canned_engine(ALL);
	AUTO_RESOLVED struct resolved s;
	AUTO_OUTCOME struct outcome o = {0};

	(void)state;
	resolved_init(&s);
	resolved_add_file(&s, "/etc/x", "x", 1, 0600, 0, 0);
	canned.output = "hello\n";
	canned.status = 7;
	o = run(g, &s);
	assert_int_equal(o.rc, 0);
	assert_int_equal(o.status, 7);
	assert_string_equal(buf_str(&o.out), "hello\n");
	/* another container of the image shows first where the file would go */
	assert_string_equal(buf_str(&canned.asked),
		"create look look remove create put attach wait start remove ");
}

static void test_no_such_program(void **state)
{
	static const struct {
		int code, status;
	} cases[] = {{ERR_NO_PROGRAM, 127}, {ERR_NOT_PROGRAM, 126}, {500, 125}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct engine *g = canned_engine(ALL);
		AUTO_RESOLVED struct resolved s;
		AUTO_OUTCOME struct outcome o = {0};

		resolved_init(&s);
		canned.fails = "start";
		canned.why = (struct err){cases[i].code, "it says why"};
		o = run(g, &s);
		assert_int_equal(o.rc, -1);
		assert_int_equal(o.status, cases[i].status);
		assert_has(o.e.msg, "it says why");
		assert_int_equal(strstr(o.e.msg, "give a command") != NULL,
			cases[i].code == ERR_NO_PROGRAM);
		assert_string_equal(
			buf_str(&canned.asked), "create attach wait start remove ");
	}
}

/* Decided by the code, not by anybody's words. */
static void test_without_gpus(void **state)
{
	(void)state;
	for (int optional = 0; optional < 2; optional++) {
		struct engine *g = canned_engine(ALL);
		AUTO_RESOLVED struct resolved s;
		AUTO_OUTCOME struct outcome o = {0};

		resolved_init(&s);
		s.set.gpus.select = GPU_ALL;
		s.set.gpus.optional = optional;
		canned.fails = "start";
		canned.why = (struct err){ERR_NO_GPU, "no"};
		o = run(g, &s);
		assert_int_equal(o.rc, optional ? 0 : -1);
		assert_int_equal(canned.gpus, optional ? GPU_NONE : GPU_ALL);
		if (!optional)
			assert_has(o.e.msg, "--gpus none");
	}
}

static void test_what_it_cannot(void **state)
{
	struct engine *g = canned_engine(CAN_EXEC);
	AUTO_RESOLVED struct resolved s;
	AUTO_OUTCOME struct outcome o = {0};

	(void)state;
	resolved_init(&s);
	o = run(g, &s);
	assert_int_equal(o.rc, -1);
	assert_int_equal(o.status, 125);
	assert_has(o.e.msg, "(Canned) cannot attach to containers");
	assert_string_equal(buf_str(&canned.asked), "create remove ");
}

static void test_name_taken(void **state)
{
	static const char *const labels[] = {LABEL_MARK, "other"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(labels); i++) {
		struct engine *g = canned_engine(ALL);
		AUTO_RESOLVED struct resolved s;
		AUTO_OUTCOME struct outcome o = {0};

		resolved_init(&s);
		canned.fails = "create";
		canned.why = (struct err){409, "taken"};
		canned.taken_by = labels[i];
		o = run(g, &s);
		assert_int_equal(o.rc, -1);
		assert_has(o.e.msg, "the name canned-test is taken");
		assert_has(o.e.msg, " rm canned-test");
		assert_string_equal(buf_str(&canned.asked), "create inspect ");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_to_its_end),
		cmocka_unit_test(test_no_such_program),
		cmocka_unit_test(test_without_gpus),
		cmocka_unit_test(test_what_it_cannot),
		cmocka_unit_test(test_name_taken),
	};
	char *dir;
	int failed;

	mem_init();
	dir = scratch_make();
	setenv("XDG_RUNTIME_DIR", dir, 1);
	setenv("XDG_STATE_HOME", dir, 1);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_free(&canned.asked);
	scratch_end(dir);
	return failed;
}
