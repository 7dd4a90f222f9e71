/* SPDX-License-Identifier: MIT */
/* The file of a grant, and which rights include which. */
#include "fuzz.h"

#include "right/grant.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	return 0;
}

/* What was read is written and read again. */
static void check_grant(const struct grant *g)
{
	AUTO_JSON cJSON *o = grant_json(g);
	AUTO_FREE char *text = json_text(o, false);
	AUTO_GRANT struct grant again = {0};
	AUTO_RIGHTS struct rights missing = {0};
	struct err e = {0};

	assert(*g->path == '/' && g->when >= 0);
	assert(grant_parse(text, strlen(text), &again, &e) == 0);
	assert(!strcmp(g->path, again.path) && !strcmp(g->project, again.project) &&
		g->when == again.when);
	assert(g->rights.n == again.rights.n && g->files.n == again.files.n);
	rights_missing(&g->rights, &g->rights, &missing);
	assert(!missing.n); /* each includes itself */
	for (size_t i = 1; i < g->rights.n && i < 8; i++) {
		AUTO_BUF struct buf words = {0};

		right_covers(&g->rights.v[i - 1], &g->rights.v[i]);
		right_words(&words, &g->rights.v[i]);
		assert(!strpbrk(words.p, "\n\r\033"));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_FREE char *text = fuzz_text(data, size);
	AUTO_GRANT struct grant g = {0};
	struct err e = {0};

	if (grant_parse(text, strlen(text), &g, &e) < 0) {
		fuzz_message(e.msg);
		return 0;
	}
	check_grant(&g);
	return 0;
}
