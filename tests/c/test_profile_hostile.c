/* SPDX-License-Identifier: MIT */
/* Profiles that mean harm: each ends within its limit, with one line that says why. */
#include "profile_fixture.h"

#include <dirent.h>

struct attack {
	const char *text, *line;
};

static int open_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void run_all(void **state, const struct attack *v, size_t n,
	const struct profile_limits *limits)
{
	int fds = open_fds();

	for (size_t i = 0; i < n; i++) {
		AUTO_JSON cJSON *plan = NULL;
		struct err e = {0};

		if (fixture_run(*state, v[i].text, limits, NULL, &plan, &e) == 0)
			fail_msg("passed: %s", v[i].text);
		if (!strstr(e.msg, v[i].line))
			fail_msg("%s\nsaid \"%s\"\nnot  \"%s\"", v[i].text, e.msg,
				v[i].line);
		assert_null(strchr(e.msg, '\n'));
	}
	assert_int_equal(open_fds(), fds);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no child is left */
	assert_int_equal(errno, ECHILD);
}

/* A limit so short that only what never ends can reach it for that reason. */
static void endless_profiles_are_ended(void **state)
{
	static const struct attack v[] = {
		{"while true do end", "x.lua: computed longer than 0.2 s"},
		{"while true do pcall(error) end", "computed longer"},
		{"local function f() while true do pcall(f) end end f()",
			"computed longer"},
		{"coroutine.wrap(function() while true do end end)()", "computed longer"},
		{"while true do coroutine.wrap(coroutine.yield)() end",
			"computed longer"},
		{"return string.find(('a'):rep(50000), '.-.-.-.-b')", "computed longer"},
		{"return table.move({}, 1, 1 << 40, 2)", "computed longer"},
		{"table.insert(setmetatable({}, {__len = function() return 1 << 40 end,"
		 "__newindex = function() end}), 1, 1)",
			"computed longer"},
		{"setmetatable({}, {__gc = function() while true do end end})"
		 " for i = 1, 1e9 do local t = {} end",
			"computed longer"},
		{"local t = setmetatable({}, {__index = function(t, k) while true do end "
		 "end})"
		 " return t.x",
			"computed longer"},
		{"error(setmetatable({}, {__tostring = function() while true do end "
		 "end}))",
			"computed longer"},
		{"string.gsub(('x'):rep(1e6), '.', function() for i = 1, 1e9 do end end)",
			"computed longer"},
		{"local s = 'x' while true do s = s:sub(1, 1) .. 'y' end",
			"computed longer"},
		{"return require 'cnnrun'.profile { setup = function() while true do end "
		 "end }",
			"computed longer"},
	};
	struct profile_limits limits = {.seconds = 0.2, .memory = (size_t)64 << 20};

	run_all(state, v, COUNT_OF(v), &limits);
}

static void greedy_profiles_are_ended(void **state)
{
	static const struct attack v[] = {
		{"return ('x'):rep(1 << 30)", "x.lua: used more than 64 MiB"},
		{"local t = {} for i = 1, 1e9 do t[i] = i end", "used more than 64 MiB"},
		{"local s = 'xxxxxxxx' while true do s = s .. s end",
			"used more than 64 MiB"},
		{"local t = {} while true do t[#t + 1] = coroutine.create(print) end",
			"used more than 64 MiB"},
		{"local t = {} while true do t = {t} end", "used more than 64 MiB"},
		{"local ok, m = pcall(string.rep, 'x', 1 << 30) error(m, 0)",
			"used more than 64 MiB"},
		{"local t = {} for i = 1, 200 do t[i] = ('x'):rep(1 << 20) .. i end"
		 " return table.concat(t)",
			"used more than 64 MiB"},
		{"local ok = pcall(string.rep, 'x', 100 << 20) error(tostring(ok), 0)",
			"x.lua: false"},
		{"return ('x'):rep(1 << 62)", "resulting string too large"},
		{"local function f(a, b, c) local d = a return 1 + f(d, b, c) end return "
		 "f()",
			"stack overflow"},
		{"return table.unpack({}, 1, 1e8)", "too many results"},
		{"return ('a'):rep(300000):find(('(a'):rep(300000))", "captures"},
	};
	struct profile_limits limits = {.seconds = 60, .memory = (size_t)64 << 20};

	run_all(state, v, COUNT_OF(v), &limits);
}

static void what_a_profile_lacks(void **state)
{
	static const struct attack v[] = {
		{"load('return 1')", "x.lua:1: load: a profile runs no text"},
		{"setmetatable(_G, nil) load('return 1')",
			"x.lua:1: attempt to call a nil value (global 'load')"},
		{"loadfile('/etc/passwd')", "loadfile: a profile runs no text"},
		{"dofile('/etc/passwd')", "dofile: a profile runs no text"},
		{"collectgarbage('stop')", "collectgarbage: a profile's memory"},
		{"io.open('/etc/passwd')", "io.open: a profile opens no files"},
		{"os.execute('id')", "os.execute: a profile starts no programs"},
		{"debug.getregistry()", "debug.getregistry: a profile has no debug"},
		{"package.loadlib('x', 'y')", "package.loadlib: modules of the project"},
		{"setmetatable(_G, nil) io.open('/etc/passwd')", "global 'io'"},
		{"string.dump(print)", "field 'dump'"},
		{"getmetatable('').__index = {}", "x.lua:1: "},
		{"assert(getmetatable('') == 'string') setmetatable('', {})",
			"x.lua:1: "},
		{"require '/etc/passwd'", "not the name of a module"},
		{"require '..x'", "not the name of a module"},
		{"require 'cnnrun.nothing'", "cnnrun has no such module"},
		{"require 'secret'", "no secret.lua beside the profile"},
		{"\033Lua\124", "holds bytecode"},
		{"# a first line\n\033LuaT", "x.lua:2: unexpected symbol"},
		{"return 1 +", "x.lua:1: "},
		{"return", "a profile ends with `return cnn.profile"},
		{"return {}", "a profile ends with `return cnn.profile"},
		{"error({})", "x.lua: raised a table as its error"},
		{"error('a\\nb\\27[31m', 0)", "x.lua: a b\\u{1b}[31m"},
		{"error(setmetatable({}, {__tostring = function() error('x') end}))",
			"x.lua"},
	};
	struct profile_limits limits = {.seconds = 60, .memory = (size_t)64 << 20};

	run_all(state, v, COUNT_OF(v), &limits);
}

/* What Lua can do with the door itself. */
static void the_door_is_narrow(void **state)
{
	static const struct attack v[] = {
#define DOOR "local call = require 'cnnrun.door'.call "
		{DOOR "while true do call('x') end",
			"asked the host more than 2000 times"},
		{DOOR "while true do call('describe'); call('plan') end", "description"},
		{DOOR "local s = ('a'):rep(7 << 20) while true do pcall(call, 'x', s) "
		      "end",
			"sent more than 32 MiB"},
		{DOOR "call('x', ('a'):rep(9 << 20))", "must be smaller than 8 MiB"},
		{DOOR "local t = {} for i = 1, 99 do t = {t} end call('x', t)",
			"nests deeper than 64"},
		{DOOR "local t = {} t[1] = t call('x', t)", "nests deeper than 64"},
		{DOOR "call('x', print)", "a function cannot be sent"},
		{DOOR "call('x', 0/0)", "must be finite"},
		{DOOR "call('x', 'a\\0b')", "NUL"},
		{DOOR "call('x', {1, 2, x = 3})", "a list or a map"},
		{DOOR "call('x', {[true] = 3})", "must be a string"},
		{DOOR "call('describe', 5)", "its description is not one"},
		{DOOR "call('describe', {about = {}})", "its description is not one"},
		{DOOR "call('describe', {options = {['--x'] = {type = 'string'}}})",
			"its description is not one"},
		{DOOR "call('describe', {options = {x = {type = 'exec'}}})",
			"its description is not one"},
		{DOOR "call('describe', {}) call('plan', {plan = 5})", "not a plan"},
		{DOOR "call('fail', {kind = 'memory'})", "used more than 64 MiB"},
		{DOOR "call('fail', {message = '\\27]0;title\\7'})",
			"x.lua: \\u{1b}]0;title\\u{7}"},
		{DOOR "error((select(2, call('start', {}))))",
			"cnn.start works inside setup only"},
		{DOOR "error((select(2, call('run', {}))))", "no such request: run"},
		{DOOR "error((select(2, call('watch', {}))))",
			"cnn.watch works inside setup only"},
		{DOOR "error((select(2, call('exec', {}))))",
			"cnn.exec works inside setup only"},
		{DOOR "error((select(2, call('project.read', {path = '/etc/passwd'}))))",
			"outside the project"},
		{DOOR "error((select(2, call('project.read', {path = "
		      "'../../../etc/passwd'}))))",
			"outside the project"},
		{DOOR "error((select(2, call('host.files'))))",
			"no such request: host.files"},
		{DOOR "error((select(2, call('project.exists', {path = '/etc'}))))",
			"outside the project"},
	};
	struct profile_limits limits = {.seconds = 60, .memory = (size_t)64 << 20};

	run_all(state, v, COUNT_OF(v), &limits);
}

/* The flood goes to the bin: the test's own standard error stays readable. */
static void a_print_flood_ends(void **state)
{
	static const struct attack v[] = {
		{"local s = ('x'):rep(1000) while true do print(s) end",
			"printed more than 256 KiB"},
		{"while true do print() end", "asked the host more than 2000 times"},
	};
	struct profile_limits limits = {.seconds = 60, .memory = (size_t)64 << 20};
	int saved = dup(2);

	assert_non_null(freopen("/dev/null", "w", stderr));
	run_all(state, v, COUNT_OF(v), &limits);
	fflush(stderr);
	dup2(saved, 2);
	close(saved);
}

static void links_do_not_lead_out(void **state)
{
	const struct fixture *x = *state;
	AUTO_JSON cJSON *plan = NULL;
	struct err e = {0};

	assert_int_equal(symlink("/etc/passwd", "out.txt"), 0);
	assert_int_equal(symlink("/etc/passwd", "out.lua"), 0);
	assert_int_equal(
		fixture_run(x,
			"local cnn = require 'cnnrun'"
			" local s, why = cnn.project.read('out.txt') error(why, 0)",
			NULL, NULL, &plan, &e),
		-1);
	assert_has(e.msg, "outside the project");
	assert_int_equal(fixture_run(x, "require 'out'", NULL, NULL, &plan, &e), -1);
	assert_has(e.msg, "outside the project");
	assert_int_equal(
		fixture_run(x,
			"error(tostring(require 'cnnrun'.project.exists('out.txt')), 0)",
			NULL, NULL, &plan, &e),
		-1);
	assert_has(e.msg, "false");
}

static void bytecode_is_not_loaded(void **state)
{
	const struct fixture *x = *state;
	AUTO_JSON cJSON *plan = NULL;
	struct err e = {0};

	fixture_write_n(x, "mod.lua", "\033LuaT\0\x19\x93\r\n\x1a\n", 12);
	assert_int_equal(fixture_run(x, "require 'mod'", NULL, NULL, &plan, &e), -1);
	assert_has(e.msg, "holds bytecode");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(endless_profiles_are_ended),
		cmocka_unit_test(greedy_profiles_are_ended),
		cmocka_unit_test(what_a_profile_lacks),
		cmocka_unit_test(the_door_is_narrow),
		cmocka_unit_test(a_print_flood_ends),
		cmocka_unit_test(links_do_not_lead_out),
		cmocka_unit_test(bytecode_is_not_loaded),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
