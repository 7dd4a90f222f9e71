/* SPDX-License-Identifier: MIT */
/* The list of what was carried. */
#include "fuzz.h"

#include "launch/carry/list.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_FREE char *copy = xmalloc(size + 1), *before = xstrdup("");
	struct carry_list l = {0};
	struct carry_entry got;
	struct err e = {0};
	int rc;

	memcpy(copy, data, size);
	l.file = size ? fmemopen(copy, size, "r") : NULL;
	while ((rc = carry_list_next(&l, &got, &e)) > 0) {
		assert(carry_path_ok(got.path) && carry_order(before, got.path) < 0);
		assert(got.size >= 0);
		str_set(&before, got.path);
	}
	if (rc < 0)
		fuzz_message(e.msg);
	carry_list_close(&l);
	return 0;
}
