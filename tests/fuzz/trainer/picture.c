/* SPDX-License-Identifier: MIT */
/* A PNG or JPEG file, as both networks' input. */
#include "trainer.h"

#include "data/picture.h"

enum { MOST = 1 << 22 };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return 0;
}

static size_t number(const uint8_t *p, int bytes)
{
	size_t v = 0;

	for (int i = 0; i < bytes; i++)
		v = v << 8 | p[i];
	return v;
}

/* A huge picture out of a few bytes is allowed, and only slow: not here. */
static bool is_huge(const uint8_t *data, size_t size)
{
	if (size > 24 && data[0] == 0x89)
		return number(data + 16, 4) * number(data + 20, 4) > MOST;
	for (size_t i = 0; i + 9 < size; i++)
		if (data[i] == 0xff && data[i + 1] >= 0xc0 && data[i + 1] <= 0xcf &&
			number(data + i + 5, 2) * number(data + i + 7, 2) > MOST)
			return true;
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static float image[3 * 32 * 32];
	int fd;
	char *path;

	if (is_huge(data, size))
		return 0;
	path = fuzz_file(data, size, &fd);
	for (int channels = 1; channels <= 3; channels += 2) {
		struct err e = {0};

		if (picture_load(path, channels, channels == 1 ? 28 : 32, image, &e) <
			0) {
			fuzz_error(&e);
			continue;
		}
		for (int i = 0; i < channels * 32 * 32; i++)
			assert(image[i] >= -1 && image[i] <= 1.0001f);
	}
	close(fd);
	free(path);
	return 0;
}
