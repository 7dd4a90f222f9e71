/* SPDX-License-Identifier: MIT */
/* What an engine tells about a build or a pull: objects, one a line. */
#include "fuzz.h"

#include "engine/docker/image/build_log.h"
#include "engine/http/ndjson.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	return 0;
}

static void event(void *ctx, const struct progress *p)
{
	size_t *seen = ctx;

	*seen += p->data ? strnlen(p->data, p->n) : 0;
	*seen += p->name ? strlen(p->name) : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t seen = 0;
	struct progress_sink sink = {.event = event, .ctx = &seen};
	struct build_log l = {.sink = &sink};
	struct err e = {0};
	struct ndjson lines = {.object = build_log_object, .ctx = &l, .e = &e};

	if (ndjson_feed(&lines, (const char *)data, size) < 0 || ndjson_end(&lines) < 0)
		fuzz_message(e.msg);
	build_log_end(&l);
	build_log_free(&l);
	ndjson_free(&lines);
	return 0;
}
