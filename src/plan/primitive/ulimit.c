/* SPDX-License-Identifier: MIT */
/* ulimit: soft and hard limits of the container's processes. */
#include "base/mem.h"
#include "plan/checks.h"
#include "plan/primitive/shapes.h"

#define AT(member) .offset = offsetof(struct plan_ulimit, member)

enum { UNSET = -2 };

static int check_ulimit(const char *s, struct err *e)
{
	static const char *const known[] = {"core", "cpu", "data", "fsize", "locks",
		"memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio",
		"rttime", "sigpending", "stack", NULL};

	return check_one_of(s, known, e);
}

static const struct field fields[] = {
	{.key = "name", .type = FIELD_STR, AT(name), .check = check_ulimit},
	{.key = "soft", .type = FIELD_INT, AT(soft), .min = -1},
	{.key = "hard", .type = FIELD_INT, AT(hard), .min = -1},
	FIELDS_END,
};

static int complete(void *obj, struct err *e)
{
	struct plan_ulimit *u = obj;

	if (!u->name || u->soft == UNSET)
		return err_set(e, 0, "name and soft are needed");
	if (u->hard == UNSET)
		u->hard = u->soft;
	if (u->hard != -1 && (u->soft == -1 || u->soft > u->hard))
		return err_set(e, 0, "%s: the soft limit is above the hard one", u->name);
	return 0;
}

static char *text(const void *obj)
{
	const struct plan_ulimit *u = obj;

	return xasprintf("%s=%lld:%lld", u->name, (long long)u->soft, (long long)u->hard);
}

const struct shape shape_ulimit = {.fields = fields,
	.size = sizeof(struct plan_ulimit),
	.blank = &(const struct plan_ulimit){.soft = UNSET, .hard = UNSET},
	.complete = complete,
	.text = text};
