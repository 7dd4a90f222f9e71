/* SPDX-License-Identifier: MIT */
/* From the profile's text to its plan and its events, through a small door. */
#include "profile_fixture.h"

#include <fcntl.h>

#define CNN "local cnn = require 'cnnrun'\n"

static void the_plan_arrives(void **state)
{
	AUTO_JSON cJSON *plan = NULL;
	AUTO_FREE char *text = NULL;
	struct err e = {0};

	if (fixture_run(*state,
		    CNN
		    "return cnn.profile { about = 'A test',\n"
		    "options = { who = { default = 'root' } },\n"
		    "setup = function(c, opt)\n"
		    "  c:image 'busybox'\n"
		    "  c:mount('.', '/w'):user(opt.who):command { 'echo', opt.args[1] }\n"
		    "end }",
		    NULL, "{\"who\":\"host\",\"args\":[\"hi\"]}", &plan, &e) < 0)
		fail_msg("%s", e.msg);
	text = json_text(plan, false);
	assert_string_equal(text,
		"{\"about\":\"A test\",\"containers\":{\"main\":{"
		"\"at\":{\"command\":\"x.lua:6\",\"image\":\"x.lua:5\","
		"\"mount/0\":\"x.lua:6\",\"user\":\"x.lua:6\"},"
		"\"command\":[\"echo\",\"hi\"],\"image\":{\"reference\":\"busybox\"},"
		"\"mount\":[{\"source\":\".\",\"target\":\"/w\",\"type\":\"bind\"}],"
		"\"user\":{\"mode\":\"host\"}}},\"version\":2}");
}

/* Keys of a Lua table have no order; the text must have one, or no plan equals itself. */
static void equal_plans_are_equal_text(void **state)
{
	AUTO_FREE char *first = NULL;

	for (int i = 0; i < 5; i++) {
		AUTO_JSON cJSON *plan = NULL;
		AUTO_FREE char *text = NULL;
		struct err e = {0};

		assert_int_equal(
			fixture_run(*state,
				CNN "return cnn.profile { setup = function(c)"
				    " for i = 1, 50 do c:env('V' .. i, i) end end }",
				NULL, NULL, &plan, &e),
			0);
		text = json_text(plan, false);
		if (first)
			assert_string_equal(text, first);
		else
			first = xstrdup(text);
	}
}

static void a_misuse_names_its_line(void **state)
{
	AUTO_JSON cJSON *plan = NULL;
	struct err e = {0};

	assert_int_equal(fixture_run(*state,
				 CNN "return cnn.profile { setup = function(c)\n"
				     "  c:mount('.', 5)\nend }",
				 NULL, NULL, &plan, &e),
		-1);
	assert_string_equal(e.msg, "x.lua:3: c:mount: target must be a string, not 5");
}

/* A tail call leaves no line behind: better none than one of the library's. */
static void a_lost_line_is_not_made_up(void **state)
{
	AUTO_JSON cJSON *plan = NULL;
	struct err e = {0};

	assert_int_equal(fixture_run(*state,
				 CNN "return cnn.profile { setup = function(c)\n"
				     "  return c:workdir(5)\nend }",
				 NULL, NULL, &plan, &e),
		-1);
	assert_has(e.msg, "x.lua: c:workdir: the directory must be");
}

static void a_traceback_is_kept(void **state)
{
	const struct fixture *x = *state;
	AUTO_SOURCE struct profile_source s = {0};
	struct profile *p;
	cJSON *about = NULL;
	struct err e = {0};

	fixture_write(x, "x.lua", "local function f()\n  error 'no'\nend\nf()\n");
	assert_int_equal(profile_find("./x.lua", &s, &e), 0);
	assert_int_equal(profile_start(&s, NULL, &p, &e), 0);
	assert_int_equal(profile_describe(p, NULL, &about, &e), -1);
	assert_string_equal(e.msg, "x.lua:2: no");
	assert_has(profile_traceback(p), "x.lua:4: in main chunk");
	profile_end(p);
}

static void wrong_options_are_usage(void **state)
{
	static const char profile[] = CNN "return cnn.profile { options = {"
					  " n = { type = 'number' }, must = { required = "
					  "true, about = 'the thing' },"
					  " mode = { choices = { 'a', 'b' } } },"
					  " setup = function() end }";
	static const char *const given[][2] = {
		{"{\"must\":\"x\",\"n\":\"abc\"}", "--n must be a number, not \"abc\""},
		{"{\"must\":\"x\",\"mod\":\"a\"}",
			"--mod: no such option (did you mean mode?)"},
		{"{\"must\":\"x\",\"mode\":\"c\"}", "--mode must be a | b, not \"c\""},
		{"{}", "--must is required: the thing"},
	};

	for (size_t i = 0; i < COUNT_OF(given); i++) {
		AUTO_JSON cJSON *plan = NULL;
		struct err e = {0};

		assert_int_equal(
			fixture_run(*state, profile, NULL, given[i][0], &plan, &e), -1);
		assert_int_equal(e.code, ERR_USAGE);
		assert_has(e.msg, given[i][1]);
	}
}

static void the_door_answers_and_fails(void **state)
{
	AUTO_JSON cJSON *plan = NULL;
	struct err e = {0};

	if (fixture_run(*state,
		    CNN
		    "return cnn.profile { setup = function(c)\n"
		    " local gpu = cnn.host.gpus()[1]\n"
		    " assert(gpu.index == 0 and gpu.uuid == 'GPU-1')\n"
		    " local u, why, code = cnn.host.user()\n"
		    " assert(u == nil and why == 'no answer to host.user' and code == "
		    "38)\n"
		    " local r = cnn.run(c, { capture = true })\n"
		    " assert(r.code == 7 and r.stdout == 'o\\0\\xff' and r.seconds == "
		    "0.5)\n"
		    " local door = require 'cnnrun.door'\n"
		    " local t = door.call('host.engine', { a = { 1, 2.5, true, "
		    "'q\"\\\\\\n\\u{20ac}' } })\n"
		    " assert(t.a[1] == 1 and math.type(t.a[1]) == 'integer' and t.a[2] "
		    "== 2.5)\n"
		    " assert(t.a[3] == true and t.a[4] == 'q\"\\\\\\n\\u{20ac}')\n"
		    " assert(cnn.json.decode('{\"x\":[null,{}],\"y\":"
		    "\"\\\\u00e4\\\\ud83d\\\\ude00\"}')"
		    ".y == '\\u{e4}\\u{1f600}')\n"
		    " assert(not pcall(cnn.json.decode, '{\"x\":'))\n"
		    " assert(cnn.project.exists 'docker/Dockerfile')\n"
		    " assert(not cnn.project.exists 'nothing')\n"
		    " assert(cnn.project.read 'docker/Dockerfile' == 'FROM scratch\\n')\n"
		    "end }",
		    NULL, NULL, &plan, &e) < 0)
		fail_msg("%s", e.msg);
}

static void events_reach_their_handlers(void **state)
{
	const struct fixture *x = *state;
	AUTO_SOURCE struct profile_source s = {0};
	AUTO_JSON cJSON *about = NULL, *plan = NULL, *data = cJSON_Parse("{\"code\":3}");
	int asked = 0;
	struct door d = {fixture_answer, &asked};
	struct profile *p;
	struct err e = {0};

	fixture_write(x, "x.lua",
		CNN
		"return cnn.profile { setup = function(c)\n"
		" c:on('start', function() cnn.host.gpus() end)\n"
		" c:on('exit', function(d) assert(d.code == 3) cnn.exec('x', 'y') end)\n"
		" c:on('exit', function(d) error('told ' .. d.code) end)\n"
		"end }");
	assert_int_equal(profile_find("./x.lua", &s, &e), 0);
	assert_int_equal(profile_start(&s, NULL, &p, &e), 0);
	assert_int_equal(profile_describe(p, &d, &about, &e), 0);
	assert_int_equal(profile_plan(p, &d, NULL, &plan, &e), 0);
	assert_true(profile_listens(p, "start") && profile_listens(p, "exit"));
	assert_false(profile_listens(p, "log") || profile_listens(p, "other"));
	assert_int_equal(profile_event(p, &d, "start", NULL, &e), 0);
	assert_int_equal(asked, 1);
	assert_int_equal(profile_event(p, &d, "log", data, &e), 0);
	assert_int_equal(profile_event(p, &d, "exit", data, &e), -1);
	assert_int_equal(asked, 2);
	assert_string_equal(e.msg, "x.lua:5: told 3");
	assert_false(profile_listens(p, "start"));
	profile_end(p);
}

/* One that does not listen is gone as soon as its plan is there. */
static void nobody_stays_without_need(void **state)
{
	const struct fixture *x = *state;
	AUTO_SOURCE struct profile_source s = {0};
	AUTO_JSON cJSON *about = NULL, *plan = NULL;
	struct profile *p;
	struct err e = {0};

	fixture_write(x, "x.lua", CNN "return cnn.profile { setup = function() end }");
	assert_int_equal(profile_find("./x.lua", &s, &e), 0);
	assert_int_equal(profile_start(&s, NULL, &p, &e), 0);
	assert_int_equal(profile_describe(p, NULL, &about, &e), 0);
	assert_int_equal(profile_plan(p, NULL, NULL, &plan, &e), 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(profile_plan(p, NULL, NULL, &plan, &e), -1);
	profile_end(p);
}

static void it_can_be_ended_at_any_time(void **state)
{
	const struct fixture *x = *state;
	AUTO_SOURCE struct profile_source s = {0};
	AUTO_JSON cJSON *about = NULL;
	struct profile *p;
	struct err e = {0};

	fixture_write(x, "x.lua", "while true do end");
	assert_int_equal(profile_find("./x.lua", &s, &e), 0);
	assert_int_equal(profile_start(&s, NULL, &p, &e), 0);
	profile_end(p);
	fixture_write(x, "x.lua", CNN "return cnn.profile { setup = function() end }");
	profile_source_free(&s);
	assert_int_equal(profile_find("./x.lua", &s, &e), 0);
	assert_int_equal(profile_start(&s, NULL, &p, &e), 0);
	assert_int_equal(profile_describe(p, NULL, &about, &e), 0);
	profile_end(p);
	profile_end(NULL);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

/* print goes to standard error, and cannot steer the terminal. */
static void print_is_printable(void **state)
{
	AUTO_JSON cJSON *plan = NULL;
	AUTO_BUF struct buf said = {0};
	int saved = dup(2), file = open("said", O_RDWR | O_CREAT | O_TRUNC, 0600);
	struct err e = {0};
	int rc;

	dup2(file, 2);
	rc = fixture_run(*state,
		CNN "print('a', 1, nil, true)\nprint('\\27[2J\\u{9b}2J\\r\\nb')\n"
		    "return cnn.profile { setup = function() end }",
		NULL, NULL, &plan, &e);
	dup2(saved, 2);
	close(saved);
	close(file);
	assert_int_equal(rc, 0);
	assert_int_equal(file_read("said", 0, &said, &e), 0);
	assert_string_equal(said.p, "a\t1\tnil\ttrue\n\\u{1b}[2J\\u{9b}2J\nb\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_plan_arrives),
		cmocka_unit_test(equal_plans_are_equal_text),
		cmocka_unit_test(a_misuse_names_its_line),
		cmocka_unit_test(a_lost_line_is_not_made_up),
		cmocka_unit_test(a_traceback_is_kept),
		cmocka_unit_test(wrong_options_are_usage),
		cmocka_unit_test(the_door_answers_and_fails),
		cmocka_unit_test(events_reach_their_handlers),
		cmocka_unit_test(nobody_stays_without_need),
		cmocka_unit_test(it_can_be_ended_at_any_time),
		cmocka_unit_test(print_is_printable),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
