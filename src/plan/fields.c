/* SPDX-License-Identifier: MIT */
/* Reading fields: every kind of nonsense is an error. */
#include "plan/fields.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "plan/checks.h"

static int fields_read(
	void *obj, const struct field *f, const cJSON *o, struct where *w, struct err *e);

static int want(const char *what, struct err *e)
{
	return err_set(e, EINVAL, "must be %s", what);
}

/* Writes "key/" before what is there: the path grows from the inside out. */
static void inside(struct where *w, const char *key)
{
	struct where old;

	if (!w)
		return;
	old = *w;
	snprintf(w->path, sizeof w->path, "%s%s%.100s", key, *old.path ? "/" : "",
		old.path);
}

static void inside_item(struct where *w, size_t i)
{
	char number[24];

	snprintf(number, sizeof number, "%zu", i);
	inside(w, number);
}

static int read_int(const struct field *f, const cJSON *v, int64_t *out, struct err *e)
{
	if (!cJSON_IsNumber(v) || v->valuedouble != floor(v->valuedouble) ||
		fabs(v->valuedouble) > 9e15)
		return want("a whole number", e);
	*out = (int64_t)v->valuedouble;
	if (*out >= f->min && (!f->max || *out <= f->max))
		return 0;
	if (!f->max)
		return err_set(e, EINVAL, "must be at least %lld", (long long)f->min);
	return err_set(e, EINVAL, "must be between %lld and %lld", (long long)f->min,
		(long long)f->max);
}

static int read_number(void *at, const struct field *f, const cJSON *v, struct err *e)
{
	int64_t n = 0;

	if (f->type == FIELD_NUM) {
		if (!cJSON_IsNumber(v) || !(v->valuedouble > 0) || v->valuedouble > 1e15)
			return want("a number above 0", e);
		*(double *)at = v->valuedouble;
		return 0;
	}
	if (read_int(f, v, &n, e) < 0)
		return -1;
	if (f->type == FIELD_INT32)
		*(int *)at = (int)n;
	else if (f->type == FIELD_UINT)
		*(unsigned *)at = (unsigned)n;
	else
		*(int64_t *)at = n;
	return 0;
}

/* "\"a\" or \"b\"" */
static void list_names(char *list, size_t size, const char *const *names)
{
	*list = 0;
	for (; *names; names++)
		snprintf(list + strlen(list), size - strlen(list), "%s\"%s\"",
			*list ? " or " : "", *names);
}

int check_one_of(const char *s, const char *const *names, struct err *e)
{
	char list[256];

	for (const char *const *n = names; *n; n++)
		if (!strcmp(*n, s))
			return 0;
	list_names(list, sizeof list, names);
	return err_set(e, EINVAL, "\"%s\" must be %s", s, list);
}

static int read_enum(const struct field *f, const char *s, int *out, struct err *e)
{
	char list[256];

	for (int i = 0; f->names[i]; i++)
		if (s && !strcmp(f->names[i], s)) {
			*out = i;
			return 0;
		}
	list_names(list, sizeof list, f->names);
	return want(list, e);
}

static int read_strv(const struct field *f, const cJSON *v, struct strv *out,
	struct where *w, struct err *e)
{
	const cJSON *i;

	if (!cJSON_IsArray(v))
		return want("a list of strings", e);
	strv_free(out);
	cJSON_ArrayForEach(i, v)
	{
		const char *s = cJSON_GetStringValue(i);

		if (!s)
			return want("a list of strings", e);
		if (f->check && f->check(s, e) < 0) {
			inside_item(w, out->n);
			return -1;
		}
		strv_add(out, s);
	}
	return 0;
}

/* An empty Lua table may come as an empty list. */
static bool is_object(const cJSON *v)
{
	return cJSON_IsObject(v) || (cJSON_IsArray(v) && !v->child);
}

static int read_kvs(const struct field *f, const cJSON *v, struct kvs *out, struct err *e)
{
	const cJSON *i;

	if (!is_object(v))
		return want("a table of names and strings", e);
	kvs_free(out);
	cJSON_ArrayForEach(i, v)
	{
		if (!cJSON_IsString(i))
			return err_set(e, EINVAL, "%s must be a string", i->string);
		if ((f->check && f->check(i->string, e) < 0) ||
			(f->check_value && f->check_value(i->valuestring, e) < 0))
			return -1;
		kvs_set(out, i->string, i->valuestring);
	}
	return 0;
}

static int read_list(
	void *obj, const struct field *f, const cJSON *v, struct where *w, struct err *e)
{
	char **items = (char **)(void *)((char *)obj + f->offset);
	size_t *n = (size_t *)(void *)((char *)obj + f->also);
	const cJSON *i;

	if (!cJSON_IsArray(v))
		return want("a list", e);
	cJSON_ArrayForEach(i, v)
	{
		char *item;

		*items = xrealloc(*items, (*n + 1) * f->of->size);
		item = *items + (*n)++ * f->of->size;
		memcpy(item, f->of->blank, f->of->size);
		if (fields_read(item, f->of->fields, i, w, e) < 0 ||
			f->of->complete(item, e) < 0) {
			inside_item(w, *n - 1);
			return -1;
		}
	}
	return 0;
}

static int read_object(
	void *at, const struct field *f, const cJSON *v, struct where *w, struct err *e)
{
	if (fields_read(at, f->of->fields, v, w, e) < 0)
		return -1;
	return f->of->complete ? f->of->complete(at, e) : 0;
}

static int read_text(void *at, const struct field *f, const char *s, struct err *e)
{
	if (!s)
		return want("a string", e);
	if (f->check && f->check(s, e) < 0)
		return -1;
	str_set(at, s);
	return 0;
}

int field_read(
	void *obj, const struct field *f, const cJSON *v, struct where *w, struct err *e)
{
	void *at = (char *)obj + f->offset;

	switch (f->type) {
	case FIELD_STR:
		return read_text(at, f, cJSON_GetStringValue(v), e);
	case FIELD_BOOL:
	case FIELD_TRI:
		if (!cJSON_IsBool(v))
			return want("true or false", e);
		if (f->type == FIELD_BOOL)
			*(bool *)at = cJSON_IsTrue(v);
		else
			*(int *)at = cJSON_IsTrue(v) ? 1 : 0;
		return 0;
	case FIELD_INT:
	case FIELD_BYTES:
	case FIELD_INT32:
	case FIELD_UINT:
	case FIELD_NUM:
		return read_number(at, f, v, e);
	case FIELD_ENUM:
		return read_enum(f, cJSON_GetStringValue(v), at, e);
	case FIELD_WORDS:
		*(bool *)((char *)obj + f->also) = true;
		return read_strv(f, v, at, w, e);
	case FIELD_STRV:
		return read_strv(f, v, at, w, e);
	case FIELD_KVS:
		return read_kvs(f, v, at, e);
	case FIELD_OBJECT:
		return read_object(at, f, v, w, e);
	case FIELD_LIST:
		return read_list(obj, f, v, w, e);
	case FIELD_PRESENT:
		break;
	}
	return -1;
}

static int fields_read(
	void *obj, const struct field *f, const cJSON *o, struct where *w, struct err *e)
{
	const cJSON *v;

	if (!is_object(o))
		return want("a table", e);
	for (const struct field *k = f; k->key; k++)
		if (k->type == FIELD_PRESENT)
			*(bool *)((char *)obj + k->offset) = true;
	cJSON_ArrayForEach(v, o)
	{
		const struct field *k = f;

		while (k->key && strcmp(k->key, v->string) != 0)
			k++;
		if (!k->key || !*k->key)
			return err_set(e, EINVAL, "unknown key \"%s\"", v->string);
		if (field_read(obj, k, v, w, e) < 0) {
			inside(w, k->key);
			return err_wrap(e, "%s", k->key);
		}
	}
	return 0;
}
