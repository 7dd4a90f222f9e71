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

static bool same(const struct right *a, const struct right *b)
{
	if (a->kind != b->kind || a->by_link != b->by_link)
		return false;
	return a->object && b->object ? !strcmp(a->object, b->object)
				      : a->object == b->object;
}

bool rights_have(const struct rights *r, const struct right *one)
{
	for (size_t i = 0; i < r->n; i++)
		if (same(&r->v[i], one))
			return true;
	return false;
}

void rights_copy(struct rights *r, const struct right *one)
{
	size_t at = r->n;

	for (size_t i = 0; i < r->n; i++)
		if (same(&r->v[i], one)) {
			r->v[i].typed |= one->typed;
			return;
		}
	while (at && r->v[at - 1].kind > one->kind)
		at--;
	r->v = xrealloc(r->v, (r->n + 1) * sizeof *r->v);
	memmove(&r->v[at + 1], &r->v[at], (r->n++ - at) * sizeof *r->v);
	r->v[at] = *one;
	r->v[at].object = xstrdup(one->object);
}

void rights_add_path(
	struct rights *r, enum right_kind kind, const char *path, bool by_link)
{
	AUTO_FREE char *object = xstrdup(path);
	const struct right one = {.kind = kind, .object = object, .by_link = by_link};

	rights_copy(r, &one);
}

void rights_add(struct rights *r, enum right_kind kind, const char *object)
{
	rights_add_path(r, kind, object, false);
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
		rights_copy(to, &from->v[i]);
}

void rights_add_typed(struct rights *to, const struct rights *from)
{
	for (size_t i = 0; i < from->n; i++) {
		struct right one = from->v[i];

		one.typed = !one.by_link;
		rights_copy(to, &one);
	}
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
			rights_copy(missing, &wanted->v[i]);
}
