/* SPDX-License-Identifier: MIT */
/* A file of variables. */
#include "fuzz.h"

#include "launch/resolve/resolve.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct plan p;
	struct resolved s;
	struct resolving r = {.p = &p, .s = &s};
	struct err e = {0};
	int fd;
	AUTO_FREE char *path = fuzz_file(data, size, &fd);

	plan_init(&p);
	resolved_init(&s);
	p.env_files = xcalloc(1, sizeof *p.env_files);
	p.n_env_files = 1;
	p.env_files->path = xstrdup(path);
	p.env_files->quotes = size && data[size - 1] & 1;
	if (resolve_env(&r, &e) < 0)
		fuzz_message(e.msg);
	for (size_t i = 0; i < s.env.n; i++)
		assert(*s.env.v[i].key && !strpbrk(s.env.v[i].key, "= \t\n"));
	resolved_free(&s);
	plan_free(&p);
	close(fd);
	return 0;
}
