/* SPDX-License-Identifier: MIT */
/* Options that a profile declares: read, refused, parsed, handed on. */
#include "test.h"

#include "cli/option/profile_options.h"

static const char description[] =
	"{\"about\":\"x\",\"options\":{"
	"\"devices\":{\"short\":\"d\",\"type\":\"string\",\"default\":\"0\",\"about\":"
	"\"GPUs\"},"
	"\"stop_after\":{\"type\":\"number\",\"about\":\"steps\",\"required\":true},"
	"\"mode\":{\"type\":\"string\",\"choices\":[\"fast\",\"slow\"]},"
	"\"gui\":{\"short\":\"g\",\"type\":\"boolean\"},"
	"\"cache\":{\"type\":\"boolean\",\"default\":true},"
	"\"hosts\":{\"type\":\"list\"}}}";

static const struct opt own[] = {
	{.name = "env", .letter = 'e', .arg = "X"},
	{.name = "name", .arg = "X", .yields = true},
};
static const struct opt_group own_group = {"Own", own, COUNT_OF(own)};

static cJSON *parse(const char *text)
{
	cJSON *j = json_parse(text, strlen(text), NULL);

	assert_non_null(j);
	return j;
}

static void check_values(const char *const *words, const char *expected)
{
	AUTO_PROFILE_OPTIONS struct profile_options p = {0};
	AUTO_JSON cJSON *about = parse(description), *values = NULL;
	AUTO_OPTS struct opts o = {0};
	AUTO_FREE char *text = NULL;
	char *argv[16] = {0};
	struct opt_group g;
	struct err e = {0};

	for (size_t i = 0; words[i]; i++)
		argv[i] = xstrdup(words[i]);
	assert_int_equal(profile_options_read(&p, about, "gui.lua", &e), 0);
	g = profile_options_group(&p);
	if (opts_parse(&o, &g, 1, OPT_ANYWHERE, argv, &e) < 0) {
		assert_string_equal(e.msg, expected);
	} else {
		values = profile_options_values(&p, &o);
		text = json_text(values, false);
		assert_string_equal(text, expected);
	}
	for (size_t i = 0; argv[i]; i++)
		free(argv[i]);
}

static void test_values(void **state)
{
	(void)state;
	check_values((const char *[]){NULL}, "{\"args\":[]}");
	check_values((const char *[]){"-d", "2,3", "--", "ls", "-l", NULL},
		"{\"devices\":\"2,3\",\"args\":[\"ls\",\"-l\"]}");
	check_values(
		(const char *[]){"-d1", "-d2", NULL}, "{\"devices\":\"2\",\"args\":[]}");
	check_values((const char *[]){"--stop-after", "5", NULL},
		"{\"stop_after\":\"5\",\"args\":[]}");
	check_values((const char *[]){"-g", "--no-cache", NULL},
		"{\"gui\":true,\"cache\":false,\"args\":[]}");
	check_values((const char *[]){"--hosts", "a,,b", "--hosts=c", NULL},
		"{\"hosts\":[\"a\",\"b\",\"c\"],\"args\":[]}");
	/* only what is on by default can be turned off */
	check_values((const char *[]){"--no-gui", NULL}, "unknown option --no-gui");
	check_values((const char *[]){"--stop_after", "5", NULL},
		"unknown option --stop_after; did you mean --stop-after?");
}

static void test_help(void **state)
{
	AUTO_PROFILE_OPTIONS struct profile_options p = {0};
	AUTO_JSON cJSON *about = parse(description);
	AUTO_BUF struct buf b = {0};
	struct opt_group g;

	(void)state;
	assert_int_equal(profile_options_read(&p, about, "gui.lua", NULL), 0);
	g = profile_options_group(&p);
	opts_help(&b, &g, 1);
	assert_string_equal(b.p, "\nOptions of this profile:\n"
				 "  -d, --devices VALUE   GPUs (default 0)\n"
				 "      --stop-after N    steps (required)\n"
				 "      --mode fast|slow\n"
				 "  -g, --gui\n"
				 "      --[no-]cache      (default on)\n"
				 "      --hosts LIST\n");
}

static void refused(const char *options, const char *expected)
{
	AUTO_PROFILE_OPTIONS struct profile_options p = {0};
	AUTO_FREE char *text = xasprintf("{\"options\":%s}", options);
	AUTO_JSON cJSON *about = parse(text);
	struct err e = {0};

	if (profile_options_read(&p, about, "x.lua", &e) == 0)
		profile_options_clash(&p, &own_group, 1, "x.lua", &e);
	assert_string_equal(e.msg, expected);
}

static void test_refused(void **state)
{
	(void)state;
	refused("{\"env\":{}}",
		"x.lua: option 'env' is cnnrun's own --env; give it another name");
	refused("{\"x\":{\"short\":\"e\"}}",
		"x.lua: the short name -e of option 'x' is cnnrun's own (--env); choose "
		"another letter");
	refused("{\"name\":{}}", "");
	refused("{\"a_b\":{},\"a-b\":{}}",
		"x.lua: options 'a_b' and 'a-b' have the same name");
	refused("{\"a\":{\"short\":\"x\"},\"b\":{\"short\":\"x\"}}",
		"x.lua: options 'a' and 'b' have the same name");
	refused("{\"a\":{\"short\":\"xy\"}}",
		"x.lua: the short name of option 'a' must be one letter");
	refused("{\"-a\":{}}", "x.lua: an option's name is letters, digits, '_' and '-', "
			       "which '-a' is not");
	refused("{\"\":{}}", "x.lua: an option's name is letters, digits, '_' and '-', "
			     "which '' is not");
	refused("{\"args\":{}}", "x.lua: 'args' is what follows \"--\"; an option needs "
				 "another name");
	refused("[1,2]", "");
	refused("7", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_refused),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
