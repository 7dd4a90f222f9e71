/* SPDX-License-Identifier: MIT */
/* gpus: which GPUs the container sees. */
#include <ctype.h>
#include <string.h>

#include "plan/checks.h"
#include "plan/primitive/shapes.h"

#define AT(member) .offset = offsetof(struct plan_gpus, member)

static const char *const selects[] = {"none", "all", "count", "ids", NULL};
static const char *const vendors[] = {"nvidia", "amd", NULL};
static const char *const picks[] = {"first", "free", NULL};

static int check_id(const char *s, struct err *e)
{
	size_t n = strlen(s);

	if (n && n < 6 && strspn(s, "0123456789") == n)
		return 0;
	if ((!strncmp(s, "GPU-", 4) || !strncmp(s, "MIG-", 4)) && n > 8 && n < 96 &&
		strspn(s + 4, "0123456789abcdefABCDEF-/GPUMI") == n - 4)
		return 0;
	return err_set(
		e, 0, "\"%s\" is no GPU: use an index, GPU-<uuid> or MIG-<uuid>", s);
}

static int check_driver(const char *s, struct err *e)
{
	static const char *const known[] = {"gpu", "compute", "utility", "graphics",
		"display", "video", "compat32", "ngx", "all", NULL};

	return check_one_of(s, known, e);
}

/* As clusters name them too. */
static int check_type(const char *s, struct err *e)
{
	size_t n = strlen(s);

	if (n && n < 64 && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_.-") == n &&
		isalnum((unsigned char)*s))
		return 0;
	return err_set(e, 0, "\"%s\" is no type of GPUs, like \"h100\"", s);
}

static const struct field fields[] = {
	{.key = "select", .type = FIELD_ENUM, AT(select), .names = selects},
	{.key = "vendor", .type = FIELD_ENUM, AT(vendor), .names = vendors},
	{.key = "count", .type = FIELD_INT32, AT(count), .min = 1, .max = 1024},
	{.key = "type", .type = FIELD_STR, AT(type), .check = check_type},
	{.key = "ids", .type = FIELD_STRV, AT(ids), .check = check_id},
	{.key = "capabilities",
		.type = FIELD_STRV,
		AT(capabilities),
		.check = check_driver},
	{.key = "runtime", .type = FIELD_BOOL, AT(runtime)},
	{.key = "optional", .type = FIELD_BOOL, AT(optional)},
	{.key = "pick", .type = FIELD_ENUM, AT(pick), .names = picks},
	{.key = "min_free", .type = FIELD_BYTES, AT(min_free), .min = 1},
	{.key = "wait", .type = FIELD_INT, AT(wait), .min = -1},
	FIELDS_END,
};

/* AMD's are device nodes, which none of NVIDIA's ways and words are about. */
static int check_amd(const struct plan_gpus *g, struct err *e)
{
	if (g->capabilities.n || g->runtime || g->type || g->pick != GPU_PICK_FIRST)
		return err_set(e, 0,
			"capabilities, runtime, type and pick are for GPUs of NVIDIA");
	for (size_t i = 0; i < g->ids.n; i++)
		if (!isdigit((unsigned char)*g->ids.v[i]))
			return err_set(
				e, 0, "AMD's have indexes only, not %s", g->ids.v[i]);
	return 0;
}

static int check_pick(const struct plan_gpus *g, struct err *e)
{
	if (g->pick == GPU_PICK_FREE)
		return g->select == GPU_COUNT && g->count <= GPU_PICK_MAX
			       ? 0
			       : err_set(e, 0,
					 "pick \"free\" goes with a count of at most "
					 "%d",
					 GPU_PICK_MAX);
	if (g->min_free || g->wait)
		return err_set(e, 0, "min_free and wait go with pick = \"free\"");
	return 0;
}

static int complete(void *obj, struct err *e)
{
	const struct plan_gpus *g = obj;

	if ((g->select == GPU_COUNT) != (g->count > 0))
		return err_set(e, 0, "count goes with select \"count\"");
	if (g->type && g->select != GPU_COUNT)
		return err_set(e, 0, "type goes with a count");
	if ((g->select == GPU_IDS) != (g->ids.n > 0))
		return err_set(e, 0, "ids go with select \"ids\"");
	if (check_pick(g, e) < 0 || (g->vendor == GPU_AMD && check_amd(g, e) < 0))
		return -1;
	for (size_t i = 0; i < g->ids.n; i++)
		for (size_t k = 0; k < i; k++)
			if (!strcmp(g->ids.v[i], g->ids.v[k]))
				return err_set(
					e, 0, "GPU %s is named twice", g->ids.v[i]);
	return 0;
}

const struct shape shape_gpus = {.fields = fields, .complete = complete};
