/* SPDX-License-Identifier: MIT */
/* build: an image made from a Dockerfile of the project. */
#include "base/mem.h"
#include "plan/checks.h"
#include "plan/primitive/shapes.h"

#define AT(member) .offset = offsetof(struct plan_build, member)

static const struct field fields[] = {
	{.key = "", .type = FIELD_PRESENT, AT(wanted)},
	{.key = "tag", .type = FIELD_STR, AT(tag), .check = check_reference},
	{.key = "context", .type = FIELD_STR, AT(context), .check = check_text},
	{.key = "dockerfile", .type = FIELD_STR, AT(dockerfile), .check = check_text},
	{.key = "target", .type = FIELD_STR, AT(target), .check = check_text},
	{.key = "network", .type = FIELD_STR, AT(network), .check = check_network},
	{.key = "platform", .type = FIELD_STR, AT(platform), .check = check_text},
	{.key = "base", .type = FIELD_STR, AT(base), .check = check_reference},
	{.key = "args", .type = FIELD_KVS, AT(args), .check = check_env_name},
	{.key = "labels", .type = FIELD_KVS, AT(labels), .check = check_text},
	{.key = "cache_from",
		.type = FIELD_STRV,
		AT(cache_from),
		.check = check_reference},
	{.key = "pull", .type = FIELD_BOOL, AT(pull)},
	{.key = "no_cache", .type = FIELD_BOOL, AT(no_cache)},
	FIELDS_END,
};

static int complete(void *obj, struct err *e)
{
	struct plan_build *b = obj;

	if (!b->tag)
		return err_set(
			e, 0, "tag is missing: it names the image, like \"demo:latest\"");
	if (!b->context)
		str_set(&b->context, ".");
	return 0;
}

const struct shape shape_build = {.fields = fields, .complete = complete};
