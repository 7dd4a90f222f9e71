/* SPDX-License-Identifier: MIT */
/* The option parser, its help text and its suggestions. */
#include "test.h"

#include "cli/option/option.h"

static const struct opt own[] = {
	{.name = "ids", .letter = 'q', .about = "only the ids"},
	{.name = "devices", .letter = 'd', .arg = "GPUS", .about = "which GPUs"},
	{.name = "cache", .about = "use the cache", .negatable = true},
};
static const struct opt global[] = {
	{.name = "quiet", .letter = 'q', .about = "say nothing"},
	{.name = "env", .letter = 'e', .arg = "NAME=VALUE", .about = "set", .many = true},
	{.name = "help", .letter = 'h', .about = "this help"},
};
static const struct opt_group groups[] = {
	{"Own", own, COUNT_OF(own)}, {"Global", global, COUNT_OF(global)}};

/* What was parsed, as one line: options in order, "|" arguments, "--" the rest. */
static char *summary(const struct opts *o)
{
	AUTO_BUF struct buf b = {0};

	for (size_t i = 0; i < o->n_given; i++)
		buf_addf(&b, "%s%s%s%s ", o->given[i].on ? "" : "!",
			o->given[i].opt->name, o->given[i].text ? "=" : "",
			o->given[i].text ? o->given[i].text : "");
	buf_adds(&b, "|");
	for (size_t i = 0; i < o->n_args; i++)
		buf_addf(&b, " %s", o->args[i]);
	if (o->rest)
		buf_adds(&b, " --");
	for (char *const *w = o->rest; w && *w; w++)
		buf_addf(&b, " %s", *w);
	return buf_take(&b);
}

/* Words are separated by spaces; "@" is the empty word. */
static char **split(char *line)
{
	char **words = xcalloc(strlen(line) + 2, sizeof *words), *save = NULL;
	size_t n = 0;

	for (char *w = strtok_r(line, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		if (!strcmp(w, "@"))
			*w = 0;
		words[n++] = w;
	}
	return words;
}

static void check(const char *given, enum opt_order order, const char *expected)
{
	AUTO_FREE char *line = xstrdup(given), *got = NULL;
	AUTO_FREE char **words = split(line);
	AUTO_OPTS struct opts o = {0};
	struct err e = {0};

	if (opts_parse(&o, groups, COUNT_OF(groups), order, words, &e) < 0) {
		assert_int_equal(e.code, ERR_USAGE);
		got = xasprintf("! %s", e.msg);
	} else {
		got = summary(&o);
	}
	assert_string_equal(got, expected);
}

static void test_parse(void **state)
{
	static const struct {
		const char *given, *expected;
	} cases[] = {
		{"", "|"},
		{"a -q b", "ids | a b"},
		{"--quiet", "quiet |"},
		{"-d 2,3", "devices=2,3 |"},
		{"-d2,3", "devices=2,3 |"},
		{"-qd all", "ids devices=all |"},
		{"-qdall", "ids devices=all |"},
		{"--devices=2", "devices=2 |"},
		{"--devices 2", "devices=2 |"},
		{"--devices=", "devices= |"},
		{"--devices @", "devices= |"},
		{"--devices -1", "devices=-1 |"},
		{"-e A=1 --env B=2", "env=A=1 env=B=2 |"},
		{"--cache --no-cache", "cache !cache |"},
		{"- x", "| - x"},
		{"@", "| "},
		{"a -- -q --x", "| a -- -q --x"},
		{"--", "| --"},
		{"a -- b -- c", "| a -- b -- c"},
		{"--help --nonsense", "help |"},
		{"-h", "help |"},
		{"--devices", "! option --devices needs a value: --devices GPUS"},
		{"-d -- x", "! option --devices needs a value: --devices GPUS"},
		{"-d", "! option --devices needs a value: --devices GPUS"},
		{"--quiet=1", "! option --quiet takes no value"},
		{"--no-quiet", "! unknown option --no-quiet; did you mean --quiet?"},
		{"--devcies 1", "! unknown option --devcies; did you mean --devices?"},
		{"--dev 1", "! unknown option --dev; did you mean --devices?"},
		{"-devices 1", "devices=evices | 1"},
		{"-z", "! unknown option -z"},
		{"-hz", "! unknown option -z"},
		{"--zzzzzz", "! unknown option --zzzzzz"},
		{"---", "! unknown option ---"},
		{"--=x", "! unknown option --"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check(cases[i].given, OPT_ANYWHERE, cases[i].expected);
}

static void test_first_argument_ends(void **state)
{
	(void)state;
	check("-q box ls -l -d", OPT_FIRST_ENDS, "ids | box ls -l -d");
	check("box -- ls -l", OPT_FIRST_ENDS, "| box -- ls -l");
	check("box ls -- -l", OPT_FIRST_ENDS, "| box ls -- -l");
	check("-- ls", OPT_FIRST_ENDS, "| -- ls");
	check("-x box", OPT_FIRST_ENDS, "! unknown option -x");
}

static void test_order_of_groups(void **state)
{
	(void)state;
	/* -q is the command's own, --quiet still the global one */
	assert_ptr_equal(opt_by_letter(groups, COUNT_OF(groups), 'q'), &own[0]);
	assert_ptr_equal(opt_by_name(groups, COUNT_OF(groups), "quiet", 5), &global[0]);
	assert_null(opt_by_name(groups, COUNT_OF(groups), "qui", 3));
}

static void test_leading(void **state)
{
	static const struct {
		const char *given;
		int words;
	} cases[] = {
		{"", 0},
		{"gui -d 2", 0},
		{"-q gui", 1},
		{"-d 2 --env A=1 gui -q", 4},
		{"-q --other gui", 1},
		{"-qz gui", 0},
		{"-q -- gui", 1},
		{"-q -d", 1},
		{"--help gui", 1},
		{"-", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_FREE char *line = xstrdup(cases[i].given);
		AUTO_FREE char **words = split(line);
		AUTO_OPTS struct opts o = {0};

		assert_int_equal(opts_leading(&o, groups, COUNT_OF(groups), words),
			cases[i].words);
		assert_int_equal(o.help, !strncmp(cases[i].given, "--help", 6));
	}
}

static void test_values(void **state)
{
	char *words[] = {(char[]){"-d"}, (char[]){"1"}, (char[]){"-d"}, (char[]){"20"},
		(char[]){"--cache"}, (char[]){"--no-cache"}, NULL};
	char *bad[] = {(char[]){"-d"}, (char[]){"12x"}, NULL};
	AUTO_OPTS struct opts o = {0}, b = {0};
	struct err e = {0};
	int n;

	(void)state;
	assert_int_equal(opts_parse(&o, groups, 2, OPT_ANYWHERE, words, &e), 0);
	assert_string_equal(opt_text(&o, "devices"), "20");
	assert_null(opt_text(&o, "env"));
	assert_false(opt_on(&o, "cache"));
	assert_int_equal(opt_int(&o, "devices", 0, 20, -1, &n, &e), 0);
	assert_int_equal(n, 20);
	assert_int_equal(opt_int(&o, "env", 0, 20, -1, &n, &e), 0);
	assert_int_equal(n, -1);
	assert_int_equal(opt_int(&o, "devices", 0, 19, -1, &n, &e), -1);
	assert_int_equal(opts_parse(&b, groups, 2, OPT_ANYWHERE, bad, &e), 0);
	assert_int_equal(opt_int(&b, "devices", 0, 99, -1, &n, &e), -1);
	assert_string_equal(e.msg, "--devices: '12x' is no whole number from 0 to 99");
}

static void test_help(void **state)
{
	AUTO_BUF struct buf b = {0};

	(void)state;
	opts_help(&b, groups, COUNT_OF(groups));
	/* the second -q is not shown: it would not reach --quiet */
	assert_string_equal(b.p, "\nOwn:\n"
				 "  -q, --ids             only the ids\n"
				 "  -d, --devices GPUS    which GPUs\n"
				 "      --[no-]cache      use the cache\n"
				 "\nGlobal:\n"
				 "      --quiet           say nothing\n"
				 "  -e, --env NAME=VALUE  set\n"
				 "  -h, --help            this help\n");
}

static void test_suggest(void **state)
{
	static const char *const names[] = {
		"run", "plan", "build", "exec", "stop", "doctor", "ps"};
	static const struct {
		const char *given, *expected;
	} cases[] = {
		{"rnu", "run"},
		{"sp", "ps"},
		{"biuld", "build"},
		{"doctr", "doctor"},
		{"bui", "build"},
		{"stopp", "stop"},
		{"zebra", NULL},
		{"", NULL},
		{"x", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *got = suggest(cases[i].given, names, COUNT_OF(names));

		if (cases[i].expected) {
			assert_non_null(got);
			assert_string_equal(got, cases[i].expected);
		} else {
			assert_null(got);
		}
	}
}

static void test_suggest_long_words(void **state)
{
	char word[4096];
	const char *const names[] = {"run", word};

	(void)state;
	memset(word, 'a', sizeof word - 1);
	word[sizeof word - 1] = 0;
	assert_null(suggest(word, names, 2));
	assert_string_equal(suggest("rum", names, 2), "run");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_first_argument_ends),
		cmocka_unit_test(test_order_of_groups),
		cmocka_unit_test(test_leading),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_suggest),
		cmocka_unit_test(test_suggest_long_words),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
