/* SPDX-License-Identifier: MIT */
/* BuildKit's trace, decoded: protocol buffers. */
#include "fuzz.h"

#include "engine/http/base64.h"
#include "engine/docker/image/build_log.h"

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

	for (size_t i = 0; i < p->n; i++)
		*seen += (unsigned char)p->data[i];
	*seen += p->name ? strlen(p->name) : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t seen = 0;
	struct progress_sink sink = {.event = event, .ctx = &seen};
	struct build_log l = {.sink = &sink};
	AUTO_BUF struct buf text = {0}, back = {0};

	build_trace(&l, data, size);
	build_log_end(&l);
	build_log_free(&l);
	base64_encode(data, size, size & 1, &text);
	assert(base64_decode(buf_str(&text), text.n, &back) == 0);
	assert(back.n == size && !memcmp(buf_str(&back), data, size));
	buf_free(&back);
	base64_decode((const char *)data, size, &back);
	return 0;
}
