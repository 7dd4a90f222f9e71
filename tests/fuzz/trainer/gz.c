/* SPDX-License-Identifier: MIT */
/* A file that is gzip, or was, or never: libdeflate and zlib must agree on it. */
#include "trainer.h"

#include "data/gz.h"

#include <zlib.h>

enum { LIMIT = 1 << 16 };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t want[LIMIT + 1];
	int fd, n;
	char *path = fuzz_file(data, size, &fd);
	uint8_t *got = NULL;
	long length = -1;
	struct err e = {0};
	gzFile z;

	if (gz_read(path, LIMIT, &got, &length, &e) == 0) {
		assert(length >= 0 && length <= LIMIT);
		z = gzopen(path, "rbe");
		assert(z);
		n = gzread(z, want, sizeof want);
		gzclose(z);
		assert(n == length && !memcmp(got, want, (size_t)length));
		free(got);
	} else {
		assert(!got);
		fuzz_error(&e);
	}
	close(fd);
	free(path);
	return 0;
}
