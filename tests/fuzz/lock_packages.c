/* SPDX-License-Identifier: MIT */
/* An image's files, as they come from the engine: a tar in pieces. The first byte says
 * how long a piece is. */
#include <string.h>

#include "fuzz.h"

#include "launch/lock/packages.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct packages found = {0};
	struct err e = {0};
	struct tar_stream tar = {
		.want = packages_want, .text = packages_text, .ctx = &found, .e = &e};
	size_t piece = size ? data[0] + 1u : 1;
	AUTO_JSON cJSON *all = NULL;
	int rc = 0;

	for (size_t at = 1; !rc && at < size; at += piece)
		rc = tar_stream_feed(&tar, (const char *)data + at,
			size - at < piece ? size - at : piece);
	if (rc)
		fuzz_message(e.msg);
	all = packages_json(&found);
	assert(json_check_utf8(all, &e) == 0);
	tar_stream_free(&tar);
	packages_free(&found);
	return 0;
}
