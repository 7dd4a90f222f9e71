/* SPDX-License-Identifier: MIT */
/* What boxes are called, and what counts as a change of theirs. */
#include "test.h"

#include "launch/box/name.h"

static void is_called(const char *project, const char *profile, const char *word)
{
	AUTO_FREE char *name = box_name(project, profile);

	assert_int_equal(strncmp(name, word, strlen(word)), 0);
	assert_int_equal(strlen(name), strlen(word) + 6);
	assert_int_equal(strspn(name + strlen(word), "0123456789abcdef"), 6);
}

static void names(void **state)
{
	AUTO_FREE char *a = box_name("/p/demo", "/p/demo/cnnrun.lua");
	AUTO_FREE char *b = box_name("/q/demo", "/p/demo/cnnrun.lua");
	AUTO_FREE char *again = box_name("/p/demo", "/p/demo/cnnrun.lua");

	(void)state;
	is_called("/p/demo", "/p/demo/cnnrun.lua", "demo-");
	is_called("/p/demo", "/p/demo/profiles/gui.lua", "demo-gui-");
	is_called("/p/.x y_z", "/p/my box.lua", "x-y-z-my-box-");
	is_called("/", "/cnnrun.lua", "box-");
	is_called("/p/\xc3\xa4\xc3\xb6", "/p/cnnrun.lua", "box-");
	is_called("/p/abcdefghijklmnopqrstuvwxyz0123456789", "/cnnrun.lua",
		"abcdefghijklmnopqrstuvwx-");
	assert_string_equal(a, again);
	assert_string_not_equal(a, b);
}

static void digest(const char *more, char hex[DIGEST_HEX])
{
	AUTO_FREE char *text =
		xasprintf("{\"version\":2,\"containers\":{\"main\":{\"image\":"
			  "{\"reference\":\"i\"},\"box\":true%s}}}",
			more);
	AUTO_JSON cJSON *j = json_parse(text, strlen(text), NULL);
	AUTO_PLAN struct plan p;
	struct resolved s;
	struct err e = {0};

	plan_init(&p);
	if (!j || plan_parse(&p, j, &e) < 0)
		fail_msg("%s: %s", text, e.msg);
	resolved_init(&s);
	box_digest(&p, &s, hex);
}

static void changes(void **state)
{
	static const struct {
		const char *more;
		bool counts;
	} cases[] = {
		{",\"command\":[\"x\"]", false},
		{",\"entrypoint\":[\"x\"]", false},
		{",\"env\":{\"set\":{\"A\":\"1\"}}", false},
		{",\"workdir\":\"/w\"", false},
		{",\"tty\":false", false},
		{",\"detach\":true", false},
		{",\"name\":\"nn\"", false},
		{",\"image\":{\"reference\":\"other\"}", false},
		{",\"mount\":[{\"source\":\".\",\"target\":\"/w\"}]", true},
		{",\"prepare\":[{\"command\":[\"x\"]}]", true},
		{",\"capability\":[\"NET_RAW\"]", true},
		{",\"label\":{\"a\":\"b\"}", true},
	};
	char plain[DIGEST_HEX], hex[DIGEST_HEX];

	(void)state;
	digest("", plain);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		digest(cases[i].more, hex);
		if ((strcmp(plain, hex) != 0) != cases[i].counts)
			fail_msg("%s counts, or not", cases[i].more);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(changes),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
