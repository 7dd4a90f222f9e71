/* SPDX-License-Identifier: MIT */
/* An archive as the engine sends it, perhaps cut short. */
#include "fuzz.h"

#include "engine/docker/ustar.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_BUF struct buf tar = {0};
	struct ustar_member m;
	struct err e = {0};
	size_t at = 0, before = 0, members = 0;

	buf_add(&tar, data, size);
	while (ustar_next(&tar, &at, &m, &e) == 1) {
		assert(at <= tar.n && at > before);
		assert(m.data >= tar.p && m.data <= tar.p + tar.n);
		assert(strlen(m.link) < sizeof m.link);
		before = at;
		members++;
	}
	assert(members <= size / 512);
	return 0;
}
