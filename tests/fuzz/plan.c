/* SPDX-License-Identifier: MIT */
/* A plan as a profile's process sends it: what is accepted can be written and read again
 * without a change. */
#include "fuzz.h"

#include "plan/plan.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_JSON cJSON *j = json_parse((const char *)data, size, NULL);
	struct err e = {0};
	struct plan p, again;

	if (!j)
		return 0;
	plan_init(&p);
	plan_init(&again);
	if (plan_parse(&p, j, &e) < 0) {
		fuzz_message(e.msg);
	} else {
		AUTO_JSON cJSON *once = plan_json(&p), *twice = NULL;

		assert(plan_parse(&again, once, &e) == 0);
		twice = plan_json(&again);
		assert(cJSON_Compare(once, twice, true));
	}
	plan_free(&p);
	plan_free(&again);
	return 0;
}
