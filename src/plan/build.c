/* SPDX-License-Identifier: MIT */
/* build: an image made from a Dockerfile of the project. */
#include "base/mem.h"
#include "plan/primitives.h"

#define AT(member) offsetof(struct plan_build, member)

static const struct field fields[] = {
	{.key = "tag", .type = FIELD_STR, .offset = AT(tag), .check = check_reference},
	{.key = "context", .type = FIELD_STR, .offset = AT(context), .check = check_text},
	{.key = "dockerfile",
		.type = FIELD_STR,
		.offset = AT(dockerfile),
		.check = check_text},
	{.key = "target", .type = FIELD_STR, .offset = AT(target), .check = check_text},
	{.key = "network", .type = FIELD_STR, .offset = AT(network), .check = check_text},
	{.key = "platform",
		.type = FIELD_STR,
		.offset = AT(platform),
		.check = check_text},
	{.key = "base", .type = FIELD_STR, .offset = AT(base), .check = check_reference},
	{.key = "args", .type = FIELD_KVS, .offset = AT(args), .check = check_env_name},
	{.key = "labels", .type = FIELD_KVS, .offset = AT(labels), .check = check_text},
	{.key = "cache_from",
		.type = FIELD_STRV,
		.offset = AT(cache_from),
		.check = check_reference},
	{.key = "pull", .type = FIELD_BOOL, .offset = AT(pull)},
	{.key = "no_cache", .type = FIELD_BOOL, .offset = AT(no_cache)},
	FIELDS_END,
};

static int read_build(struct plan *p, const cJSON *v, struct err *e)
{
	p->build.wanted = true;
	if (fields_read(&p->build, fields, v, e) < 0)
		return -1;
	if (!p->build.tag)
		return err_set(
			e, 0, "tag is missing: it names the image, like \"demo:latest\"");
	if (!p->build.context)
		str_set(&p->build.context, ".");
	return 0;
}

static cJSON *write_build(const struct plan *p)
{
	cJSON *o;

	if (!p->build.wanted)
		return NULL;
	o = cJSON_CreateObject();
	fields_write(&p->build, &plan_blank()->build, fields, o);
	return o;
}

const struct primitive primitive_build = {"build", read_build, write_build};
