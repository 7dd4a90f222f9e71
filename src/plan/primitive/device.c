/* SPDX-License-Identifier: MIT */
/* device: nodes of the host. */
#include <ctype.h>
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

/* One part of a CDI name: letters, digits and some marks, which stand at neither end. */
static bool is_part(const char *s, size_t n, const char *marks)
{
	if (!n || !isalnum((unsigned char)s[0]) || !isalnum((unsigned char)s[n - 1]))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && !strchr(marks, s[i]))
			return false;
	return true;
}

static int check_device(const char *s, struct err *e)
{
	const char *class = strchr(s, '/'), *name = strchr(s, '=');

	if (*s == '/')
		return check_target(s, e);
	if (class && name && class < name && is_part(s, (size_t)(class - s), "_-.") &&
		is_part(class + 1, (size_t)(name - class - 1), "_-") &&
		is_part(name + 1, strlen(name + 1), "_-.:"))
		return 0;
	return err_set(e, 0,
		"\"%s\" must be a path, like \"/dev/ttyUSB0\", or the name of a CDI "
		"device, like \"vendor.com/class=name\"",
		s);
}

static const struct field fields[] = {
	{.key = "source", .type = FIELD_STR, AT(source), .check = check_device},
	{.key = "target", .type = FIELD_STR, AT(target), .check = check_device},
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
	if ((device_is_cdi(d) || *d->target != '/') &&
		(strcmp(d->source, d->target) != 0 || d->permissions))
		return err_set(e, 0,
			"a CDI device says itself where it appears and what may be done "
			"with it");
	if (!d->permissions && !device_is_cdi(d))
		d->permissions = xstrdup("rwm");
	return 0;
}

static char *text(const void *obj)
{
	const struct plan_device *d = obj;

	if (device_is_cdi(d))
		return xstrdup(d->source);
	return xasprintf("%s:%s:%s", d->source, d->target, d->permissions);
}

const struct shape shape_device = {.fields = fields,
	.size = sizeof(struct plan_device),
	.blank = &(const struct plan_device){0},
	.complete = complete,
	.text = text};
