/* SPDX-License-Identifier: MIT */
/* devices: nodes of the host. */
#include <string.h>

#include "base/mem.h"
#include "plan/primitives.h"

#define AT(member) offsetof(struct plan_device, member)

static int check_permissions(const char *s, struct err *e)
{
	if (*s && strspn(s, "rwm") == strlen(s) && strlen(s) <= 3)
		return 0;
	return err_set(e, 0, "must be letters of \"rwm\"");
}

static const struct field fields[] = {
	{.key = "source", .type = FIELD_STR, .offset = AT(source), .check = check_target},
	{.key = "target", .type = FIELD_STR, .offset = AT(target), .check = check_target},
	{.key = "permissions",
		.type = FIELD_STR,
		.offset = AT(permissions),
		.check = check_permissions},
	{.key = "optional", .type = FIELD_BOOL, .offset = AT(optional)},
	FIELDS_END,
};

static int read_devices(struct plan *p, const cJSON *v, struct err *e)
{
	const cJSON *i;

	if (!cJSON_IsArray(v))
		return err_set(e, 0, "must be a list");
	cJSON_ArrayForEach(i, v)
	{
		struct plan_device *d;

		p->set.devices = xrealloc(
			p->set.devices, (p->set.n_devices + 1) * sizeof *p->set.devices);
		d = &p->set.devices[p->set.n_devices++];
		*d = (struct plan_device){0};
		if (fields_read(d, fields, i, e) < 0)
			return -1;
		if (!d->source)
			return err_set(e, 0, "source is missing: the device node");
		if (!d->target)
			d->target = xstrdup(d->source);
		if (!d->permissions)
			d->permissions = xstrdup("rwm");
	}
	return 0;
}

static cJSON *write_devices(const struct plan *p)
{
	static const struct plan_device blank;
	cJSON *a = p->set.n_devices ? cJSON_CreateArray() : NULL;

	for (size_t i = 0; i < p->set.n_devices; i++) {
		cJSON *o = cJSON_CreateObject();

		fields_write(&p->set.devices[i], &blank, fields, o);
		cJSON_AddItemToArray(a, o);
	}
	return a;
}

const struct primitive primitive_devices = {"devices", read_devices, write_devices};
