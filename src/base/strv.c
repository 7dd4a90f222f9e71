/* SPDX-License-Identifier: MIT */
#include "base/strv.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

static void strv_take(struct strv *s, char *item)
{
	s->v = xrealloc(s->v, (s->n + 2) * sizeof *s->v);
	s->v[s->n++] = item;
	s->v[s->n] = NULL;
}

void strv_add(struct strv *s, const char *item)
{
	strv_take(s, xstrdup(item));
}

void strv_addf(struct strv *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strv_take(s, xvasprintf(fmt, ap));
	va_end(ap);
}

bool strv_has(const struct strv *s, const char *item)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->v[i], item))
			return true;
	return false;
}

void strv_drop(struct strv *s, const char *item)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->v[i], item) != 0)
			s->v[kept++] = s->v[i];
		else
			free(s->v[i]);
	if (s->v)
		s->v[kept] = NULL;
	s->n = kept;
}

void strv_copy(struct strv *to, const struct strv *from)
{
	strv_free(to);
	for (size_t i = 0; i < from->n; i++)
		strv_add(to, from->v[i]);
}

char *strv_join(const struct strv *s, const char *between)
{
	AUTO_BUF struct buf b = {0};

	for (size_t i = 0; i < s->n; i++)
		buf_addf(&b, "%s%s", i ? between : "", s->v[i]);
	return buf_take(&b);
}

void strv_free(struct strv *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->v[i]);
	free(s->v);
	*s = (struct strv){0};
}

void kvs_set(struct kvs *k, const char *key, const char *value)
{
	for (size_t i = 0; i < k->n; i++)
		if (!strcmp(k->v[i].key, key)) {
			str_set(&k->v[i].value, value);
			return;
		}
	kvs_add(k, key, value);
}

void kvs_add(struct kvs *k, const char *key, const char *value)
{
	k->v = xrealloc(k->v, (k->n + 1) * sizeof *k->v);
	k->v[k->n++] = (struct kv){xstrdup(key), xstrdup(value)};
}

void kvs_addf(struct kvs *k, const char *key, const char *fmt, ...)
{
	AUTO_FREE char *value = NULL;
	va_list ap;

	va_start(ap, fmt);
	value = xvasprintf(fmt, ap);
	va_end(ap);
	kvs_add(k, key, value);
}

void kvs_setf(struct kvs *k, const char *key, const char *fmt, ...)
{
	AUTO_FREE char *value = NULL;
	va_list ap;

	va_start(ap, fmt);
	value = xvasprintf(fmt, ap);
	va_end(ap);
	kvs_set(k, key, value);
}

const char *kvs_get(const struct kvs *k, const char *key)
{
	for (size_t i = 0; i < k->n; i++)
		if (!strcmp(k->v[i].key, key))
			return k->v[i].value;
	return NULL;
}

void kvs_free(struct kvs *k)
{
	for (size_t i = 0; i < k->n; i++) {
		free(k->v[i].key);
		free(k->v[i].value);
	}
	free(k->v);
	*k = (struct kvs){0};
}
