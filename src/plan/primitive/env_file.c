/* SPDX-License-Identifier: MIT */
/* env_file: variables from a file. */
#include "plan/checks.h"
#include "plan/primitive/shapes.h"

#define AT(member) .offset = offsetof(struct plan_env_file, member)

static const struct field fields[] = {
	{.key = "path", .type = FIELD_STR, AT(path), .check = check_text},
	{.key = "quotes", .type = FIELD_BOOL, AT(quotes)},
	FIELDS_END,
};

static int complete(void *obj, struct err *e)
{
	const struct plan_env_file *f = obj;

	return f->path ? 0 : err_set(e, 0, "path is missing: the file");
}

const struct shape shape_env_file = {.fields = fields,
	.size = sizeof(struct plan_env_file),
	.blank = &(const struct plan_env_file){0},
	.complete = complete};
