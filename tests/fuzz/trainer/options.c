/* SPDX-License-Identifier: MIT */
/* A command line, one word a line. */
#include "trainer.h"

#include "train/options.h"

enum { WORDS = 64 };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char program[] = "cnntrain";
	char *words[WORDS + 1] = {program}, *given[WORDS + 1];
	struct options o;
	struct err e = {0};
	int n = 1;

	while (size && n < WORDS)
		words[n++] = fuzz_line(&data, &size);
	memcpy(given, words, sizeof given);
	if (options_parse(&o, n, words, &e) == 0) {
		assert(o.num_epochs >= 0 && o.batch_size >= 1 && o.num_workers >= 0);
		assert(o.threads >= 0 && o.max_steps >= 0 && o.seed >= 0);
		assert(o.lr >= 0 && o.lr <= 1e9 && o.save_every >= 0);
		assert(o.device && o.log_dir);
		assert(!(o.weights && o.old == OLD_RESUME));
		assert(o.predict == (o.picture_count > 0));
		for (int i = 0; i < o.picture_count; i++)
			fuzz_touch((const uint8_t *)o.pictures[i], strlen(o.pictures[i]));
	} else {
		assert(*e.msg);
	}
	for (int i = 1; i < n; i++)
		free(given[i]);
	return 0;
}
