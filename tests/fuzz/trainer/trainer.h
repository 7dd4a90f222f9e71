/* SPDX-License-Identifier: MIT */
/* What the fuzzers of the trainer's readers share. */
#ifndef TESTS_FUZZ_TRAINER_H
#define TESTS_FUZZ_TRAINER_H

#include "../input.h"

#include "base/err.h"

#include <stdbool.h>

/* What a reader says is one line. */
static inline void fuzz_error(const struct err *e)
{
	assert(*e->msg && !strpbrk(e->msg, "\n\r\033"));
}

/* Every byte is there to be read: AddressSanitizer looks at each. */
static inline void fuzz_touch(const uint8_t *data, size_t size)
{
	volatile uint8_t sum = 0;

	for (size_t i = 0; i < size; i++)
		sum = (uint8_t)(sum + data[i]);
}

/* A folder in memory, gone when the program ends well. */
static inline const char *fuzz_dir(void)
{
	static char dir[] = "/dev/shm/cnntrain-fuzz-XXXXXX";
	static bool made;

	assert(made || mkdtemp(dir));
	made = true;
	return dir;
}

static inline void fuzz_write(const char *path, const uint8_t *data, size_t size)
{
	FILE *f = fopen(path, "wbe");

	assert(f && fwrite(data, 1, size, f) == size);
	fclose(f);
}

#endif
