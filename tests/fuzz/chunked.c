/* SPDX-License-Identifier: MIT */
/* A chunked body, in one piece and byte by byte. */
#include "fuzz.h"

#include "engine/http/chunked.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct chunked a = {0}, b = {0};
	AUTO_FREE char *whole = xmalloc(size);
	AUTO_BUF struct buf bytes = {0};
	struct err e = {0};
	ssize_t n, k = 0;

	memcpy(whole, data, size);
	n = chunked_feed(&a, whole, size, &e);
	for (size_t i = 0; i < size && k >= 0; i++) {
		char c = (char)data[i];

		k = chunked_feed(&b, &c, 1, &e);
		if (k > 0)
			buf_addc(&bytes, c);
	}
	assert((n < 0) == (k < 0));
	if (n >= 0) {
		assert((size_t)n == bytes.n && a.state == b.state);
		assert(!memcmp(whole, buf_str(&bytes), bytes.n));
	}
	return 0;
}
