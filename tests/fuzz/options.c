/* SPDX-License-Identifier: MIT */
/* Words of a command line, one a line. */
#include "fuzz.h"

#include "cli/option/option.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	return 0;
}

enum { WORDS_MAX = 64 };

static const struct opt table[] = {
	{.name = "name", .letter = 'n', .arg = "NAME", .about = "a value"},
	{.name = "many", .letter = 'm', .arg = "X", .about = "values", .many = true},
	{.name = "switch", .letter = 's', .about = "a switch", .negatable = true},
	{.name = "number", .arg = "N", .about = "a number"},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct opt_group group = {"Options", table, COUNT_OF(table)};
	enum opt_order order = size & 1 ? OPT_ANYWHERE : OPT_FIRST_ENDS;
	AUTO_OPTS struct opts o = {0}, leading = {0};
	char *words[WORDS_MAX + 1] = {0};
	struct err e = {0};
	int n;

	for (size_t i = 0; i < WORDS_MAX && size; i++)
		words[i] = fuzz_line(&data, &size);
	if (opts_parse(&o, &group, 1, order, words, &e) < 0)
		fuzz_message(e.msg);
	else if (opt_int(&o, "number", -5, 5, 0, &n, &e) < 0)
		fuzz_message(e.msg);
	else
		assert(n >= -5 && n <= 5);
	n = opts_leading(&leading, &group, 1, words);
	assert(n >= 0 && n <= WORDS_MAX);
	for (size_t i = 0; words[i]; i++)
		free(words[i]);
	return 0;
}
