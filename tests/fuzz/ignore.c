/* SPDX-License-Identifier: MIT */
/* A path, and a .dockerignore that decides on it. */
#include "fuzz.h"

#include "build/ignore.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_FREE char *path = fuzz_line(&data, &size);
	AUTO_FREE bool *own = NULL;
	struct ignore i = {0};
	struct err e = {0};

	if (ignore_parse(&i, (const char *)data, size, ".dockerignore", &e) < 0) {
		fuzz_message(e.msg);
	} else if (*path && *path != '/' && strlen(path) < 200) {
		own = xcalloc(i.n, sizeof *own);
		if (ignore_match(&i, path, NULL, own))
			ignore_prune(&i, path, size & 1);
		ignore_keep(&i, path);
	}
	ignore_free(&i);
	return 0;
}
