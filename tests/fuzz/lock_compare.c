/* SPDX-License-Identifier: MIT */
/* Two entries of a cnnrun.lock that anybody may have written, one after the other. */
#include <string.h>

#include "fuzz.h"

#include "launch/lock/lock.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *cut = size ? memchr(data, '\n', size) : NULL;
	size_t n = cut ? (size_t)(cut - data) : size;
	AUTO_JSON cJSON *then = json_parse((const char *)data, n, NULL);
	AUTO_JSON cJSON *now =
		cut ? json_parse((const char *)cut + 1, size - n - 1, NULL) : NULL;
	AUTO_CHANGES struct lock_changes changes = {0};

	lock_compare(then, now, &changes);
	for (size_t i = 0; i < changes.n; i++) {
		assert(changes.v[i].kind && *changes.v[i].words);
		assert(!strpbrk(changes.v[i].words, "\n\r\033"));
	}
	return 0;
}
