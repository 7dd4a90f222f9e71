/* SPDX-License-Identifier: MIT */
/* The images a Dockerfile is made from. */
#include <string.h>

#include "fuzz.h"

#include "build/dockerfile.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_KVS struct kvs given = {0};
	AUTO_STRV struct strv bases = {0}, sources = {0};

	kvs_set(&given, "A", "${A}$A");
	dockerfile_images((const char *)data, size, &given, &bases, &sources);
	for (size_t i = 0; i < bases.n; i++)
		assert(*bases.v[i]);
	for (size_t i = 0; i < sources.n; i++)
		assert(*sources.v[i] && !strchr(sources.v[i], '$'));
	return 0;
}
