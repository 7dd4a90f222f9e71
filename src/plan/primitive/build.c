/* SPDX-License-Identifier: MIT */
/* build: an image made from a Dockerfile of the project. */
#include <errno.h>

#include "base/mem.h"
#include "plan/checks.h"
#include "plan/primitive/shapes.h"

#define SECRET(member) .offset = offsetof(struct plan_secret, member)

static const struct field secret_fields[] = {
	{.key = "id", .type = FIELD_STR, SECRET(id), .check = check_env_name},
	{.key = "file", .type = FIELD_STR, SECRET(file), .check = check_text},
	{.key = "env", .type = FIELD_STR, SECRET(env), .check = check_env_name},
	FIELDS_END,
};

static int check_secret(void *obj, struct err *e)
{
	const struct plan_secret *s = obj;

	if (!s->id)
		return err_set(e, EINVAL, "id is missing");
	return !s->file == !s->env ? err_set(e, EINVAL, "it needs either file or env")
				   : 0;
}

static const struct plan_secret no_secret;
static const struct shape shape_secret = {.fields = secret_fields,
	.size = sizeof no_secret,
	.blank = &no_secret,
	.complete = check_secret};

#define AT(member)   .offset = offsetof(struct plan_build, member)
#define ALSO(member) .also = offsetof(struct plan_build, member)

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
	{.key = "cache_from", .type = FIELD_STRV, AT(cache_from), .check = check_cache},
	{.key = "cache_to", .type = FIELD_STR, AT(cache_to), .check = check_cache},
	{.key = "secrets",
		.type = FIELD_LIST,
		AT(secrets),
		ALSO(n_secrets),
		.of = &shape_secret},
	{.key = "contexts",
		.type = FIELD_KVS,
		AT(contexts),
		.check = check_context,
		.check_value = check_context_source},
	{.key = "ssh", .type = FIELD_BOOL, AT(ssh)},
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
