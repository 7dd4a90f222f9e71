/* SPDX-License-Identifier: MIT */
/* mounts: directories of the host, named volumes, and memory. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan/primitives.h"

#define AT(member) offsetof(struct plan_mount, member)

static const char *const types[] = {"bind", "volume", "tmpfs", NULL};

static const struct field fields[] = {
	{.key = "type", .type = FIELD_ENUM, .offset = AT(type), .names = types},
	{.key = "source", .type = FIELD_STR, .offset = AT(source), .check = check_text},
	{.key = "target", .type = FIELD_STR, .offset = AT(target), .check = check_target},
	{.key = "readonly", .type = FIELD_BOOL, .offset = AT(readonly)},
	{.key = "optional", .type = FIELD_BOOL, .offset = AT(optional)},
	{.key = "create", .type = FIELD_BOOL, .offset = AT(create)},
	{.key = "size", .type = FIELD_INT, .offset = AT(size)},
	{.key = "mode", .type = FIELD_INT32, .offset = AT(mode), .max = 07777},
	FIELDS_END,
};

static int check_mount(const struct plan_mount *m, struct err *e)
{
	if (!m->target)
		return err_set(e, 0, "target is missing: the path in the container");
	if ((m->type == MOUNT_TMPFS) != !m->source)
		return err_set(
			e, 0, m->source ? "a tmpfs has no source" : "source is missing");
	if (m->type == MOUNT_VOLUME && check_name(m->source, e) < 0)
		return err_wrap(e, "volume name");
	if (m->type != MOUNT_TMPFS && (m->size || m->mode))
		return err_set(e, 0, "size and mode are for tmpfs only");
	if (m->type != MOUNT_BIND && (m->create || m->optional))
		return err_set(
			e, 0, "create and optional are for directories of the host only");
	return 0;
}

static int read_mounts(struct plan *p, const cJSON *v, struct err *e)
{
	const cJSON *i;

	if (!cJSON_IsArray(v))
		return err_set(e, 0, "must be a list");
	cJSON_ArrayForEach(i, v)
	{
		struct plan_mount *m;

		p->mounts = xrealloc(p->mounts, (p->n_mounts + 1) * sizeof *p->mounts);
		m = &p->mounts[p->n_mounts++];
		*m = (struct plan_mount){0};
		if (fields_read(m, fields, i, e) < 0 || check_mount(m, e) < 0)
			return -1;
		for (size_t k = 0; k + 1 < p->n_mounts; k++)
			if (!strcmp(p->mounts[k].target, m->target))
				return err_set(e, 0,
					"%s is mounted twice; take the first back with "
					"unmount",
					m->target);
	}
	return 0;
}

static cJSON *write_mounts(const struct plan *p)
{
	static const struct plan_mount blank;
	cJSON *a = p->n_mounts ? cJSON_CreateArray() : NULL;

	for (size_t i = 0; i < p->n_mounts; i++) {
		cJSON *o = cJSON_CreateObject();

		cJSON_AddStringToObject(o, "type", types[p->mounts[i].type]);
		fields_write(&p->mounts[i], &blank, fields + 1, o);
		cJSON_AddItemToArray(a, o);
	}
	return a;
}

const struct primitive primitive_mounts = {"mounts", read_mounts, write_mounts};
