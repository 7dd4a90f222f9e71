/* SPDX-License-Identifier: MIT */
/* A list of rights is a set: each once, in the order of their kinds. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "right/right.h"

void rights_free(struct rights *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->v[i].object);
	free(r->v);
	*r = (struct rights){0};
}

static bool has(const struct rights *r, enum right_kind kind, const char *object)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].kind == kind &&
			(object && r->v[i].object ? !strcmp(object, r->v[i].object)
						  : object == r->v[i].object))
			return true;
	return false;
}

bool rights_have(const struct rights *r, const struct right *one)
{
	return has(r, one->kind, one->object);
}

void rights_add(struct rights *r, enum right_kind kind, const char *object)
{
	size_t at = r->n;

	if (has(r, kind, object))
		return;
	while (at && r->v[at - 1].kind > kind)
		at--;
	r->v = xrealloc(r->v, (r->n + 1) * sizeof *r->v);
	memmove(&r->v[at + 1], &r->v[at], (r->n++ - at) * sizeof *r->v);
	r->v[at] = (struct right){kind, xstrdup(object)};
}

void rights_addf(struct rights *r, enum right_kind kind, const char *fmt, ...)
{
	AUTO_FREE char *object = NULL;
	va_list ap;

	va_start(ap, fmt);
	object = xvasprintf(fmt, ap);
	va_end(ap);
	rights_add(r, kind, object);
}

void rights_add_all(struct rights *to, const struct rights *from)
{
	for (size_t i = 0; i < from->n; i++)
		rights_add(to, from->v[i].kind, from->v[i].object);
}

bool rights_cover(const struct rights *granted, const struct right *wanted)
{
	for (size_t i = 0; i < granted->n; i++)
		if (right_covers(&granted->v[i], wanted))
			return true;
	return false;
}

void rights_missing(
	const struct rights *granted, const struct rights *wanted, struct rights *missing)
{
	for (size_t i = 0; i < wanted->n; i++)
		if (!rights_cover(granted, &wanted->v[i]))
			rights_add(missing, wanted->v[i].kind, wanted->v[i].object);
}
