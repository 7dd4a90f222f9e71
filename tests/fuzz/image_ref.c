/* SPDX-License-Identifier: MIT */
/* An image's reference. */
#include "fuzz.h"

#include "engine/registry/image_ref.h"
#include "plan/checks.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_FREE char *ref = fuzz_text(data, size);
	AUTO_FREE char *repository = NULL, *tag = NULL;
	struct err e = {0};

	if (check_reference(ref, &e) < 0 && strlen(ref) < 500)
		fuzz_message(e.msg);
	image_split_ref(ref, &repository, &tag);
	assert(repository && tag && strlen(repository) <= strlen(ref));
	return 0;
}
