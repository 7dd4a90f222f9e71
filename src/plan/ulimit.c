/* SPDX-License-Identifier: MIT */
/* ulimits: soft and hard limits of the container's processes. */
#include <string.h>

#include "base/mem.h"
#include "plan/primitives.h"

#define AT(member) offsetof(struct plan_ulimit, member)

static int check_ulimit(const char *s, struct err *e)
{
	static const char *const known[] = {"core", "cpu", "data", "fsize", "locks",
		"memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio",
		"rttime", "sigpending", "stack", NULL};

	for (int i = 0; known[i]; i++)
		if (!strcmp(known[i], s))
			return 0;
	return err_set(e, 0, "\"%s\" is no limit, like \"nofile\" or \"memlock\"", s);
}

static const struct field fields[] = {
	{.key = "name", .type = FIELD_STR, .offset = AT(name), .check = check_ulimit},
	{.key = "soft", .type = FIELD_INT, .offset = AT(soft), .min = -1},
	{.key = "hard", .type = FIELD_INT, .offset = AT(hard), .min = -1},
	FIELDS_END,
};

static int read_ulimits(struct plan *p, const cJSON *v, struct err *e)
{
	const cJSON *i;

	if (!cJSON_IsArray(v))
		return err_set(e, 0, "must be a list");
	cJSON_ArrayForEach(i, v)
	{
		struct plan_ulimit *u;

		p->set.ulimits = xrealloc(
			p->set.ulimits, (p->set.n_ulimits + 1) * sizeof *p->set.ulimits);
		u = &p->set.ulimits[p->set.n_ulimits++];
		*u = (struct plan_ulimit){NULL, -2, -2};
		if (fields_read(u, fields, i, e) < 0)
			return -1;
		if (!u->name || u->soft == -2)
			return err_set(e, 0, "name and soft are needed");
		if (u->hard == -2)
			u->hard = u->soft;
		if (u->hard != -1 && (u->soft == -1 || u->soft > u->hard))
			return err_set(e, 0, "%s: the soft limit is above the hard one",
				u->name);
	}
	return 0;
}

static cJSON *write_ulimits(const struct plan *p)
{
	static const struct plan_ulimit blank = {NULL, -2, -2};
	cJSON *a = p->set.n_ulimits ? cJSON_CreateArray() : NULL;

	for (size_t i = 0; i < p->set.n_ulimits; i++) {
		cJSON *o = cJSON_CreateObject();

		fields_write(&p->set.ulimits[i], &blank, fields, o);
		cJSON_AddItemToArray(a, o);
	}
	return a;
}

const struct primitive primitive_ulimits = {"ulimits", read_ulimits, write_ulimits};
