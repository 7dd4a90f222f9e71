/* SPDX-License-Identifier: MIT */
/* The frames of an attach stream, in one piece and byte by byte. */
#include "fuzz.h"

#include "engine/stream.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	return 0;
}

static void take(void *ctx, int channel, const char *data, size_t n)
{
	struct buf *out = ctx;

	assert(channel == 1 || channel == 2);
	buf_add(&out[channel - 1], data, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole[2] = {{0}}, bytes[2] = {{0}};
	struct demux a = {0}, b = {0};
	struct err e = {0};
	int rc = demux_feed(&a, (const char *)data, size, take, whole, &e), each = 0;

	for (size_t i = 0; i < size && each == 0; i++)
		each = demux_feed(&b, (const char *)data + i, 1, take, bytes, &e);
	assert(rc == each);
	for (int i = 0; i < 2; i++) {
		assert(whole[i].n == bytes[i].n);
		assert(!memcmp(buf_str(&whole[i]), buf_str(&bytes[i]), whole[i].n));
		buf_free(&whole[i]);
		buf_free(&bytes[i]);
	}
	return 0;
}
