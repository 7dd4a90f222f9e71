/* SPDX-License-Identifier: MIT */
/* What a profile says it is: its options become those of the command line. */
#include "fuzz.h"

#include "cli/option/profile_options.h"
#include "profile/host.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_JSON cJSON *about = json_parse((const char *)data, size, NULL);
	char shown[] = "x.lua";
	struct profile_source src = {.shown = shown};
	struct profile p = {.src = &src, .fd = -1};
	struct profile_options own = {0};
	struct err e = {0};

	if (!about)
		return 0;
	if (description_check(&p, about, &e) < 0 ||
		profile_options_read(&own, about, shown, &e) < 0) {
		fuzz_message(e.msg);
	} else {
		const struct opt_group g = profile_options_group(&own);
		char word[] = "--a=1";
		char *const words[] = {word, NULL};
		AUTO_OPTS struct opts o = {0};
		AUTO_BUF struct buf help = {0};
		AUTO_JSON cJSON *values = NULL;

		opts_help(&help, &g, 1);
		if (opts_parse(&o, &g, 1, OPT_ANYWHERE, words, &e) < 0)
			fuzz_message(e.msg);
		else
			values = profile_options_values(&own, &o);
	}
	profile_options_free(&own);
	return 0;
}
