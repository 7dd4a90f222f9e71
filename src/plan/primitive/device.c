/* SPDX-License-Identifier: MIT */
/* device: nodes of the host. */
#include <string.h>

#include "base/mem.h"
#include "plan/checks.h"
#include "plan/primitive/shapes.h"

#define AT(member) .offset = offsetof(struct plan_device, member)

static int check_permissions(const char *s, struct err *e)
{
	if (*s && strspn(s, "rwm") == strlen(s) && strlen(s) <= 3)
		return 0;
	return err_set(e, 0, "must be letters of \"rwm\"");
}

static const struct field fields[] = {
	{.key = "source", .type = FIELD_STR, AT(source), .check = check_target},
	{.key = "target", .type = FIELD_STR, AT(target), .check = check_target},
	{.key = "permissions",
		.type = FIELD_STR,
		AT(permissions),
		.check = check_permissions},
	{.key = "optional", .type = FIELD_BOOL, AT(optional)},
	FIELDS_END,
};

static int complete(void *obj, struct err *e)
{
	struct plan_device *d = obj;

	if (!d->source)
		return err_set(e, 0, "source is missing: the device node");
	if (strpbrk(d->source, "*?[") && d->target && strcmp(d->source, d->target) != 0)
		return err_set(e, 0, "what a pattern finds keeps its name: no target");
	if (!d->target)
		d->target = xstrdup(d->source);
	if (!d->permissions)
		d->permissions = xstrdup("rwm");
	return 0;
}

static char *text(const void *obj)
{
	const struct plan_device *d = obj;

	return xasprintf("%s:%s:%s", d->source, d->target, d->permissions);
}

const struct shape shape_device = {.fields = fields,
	.size = sizeof(struct plan_device),
	.blank = &(const struct plan_device){0},
	.complete = complete,
	.text = text};
