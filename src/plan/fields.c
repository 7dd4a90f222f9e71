/* SPDX-License-Identifier: MIT */
#include "plan/fields.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static int want(const char *what, struct err *e)
{
	return err_set(e, EINVAL, "must be %s", what);
}

static int read_int(const struct field *f, const cJSON *v, int64_t *out, struct err *e)
{
	if (!cJSON_IsNumber(v) || v->valuedouble != floor(v->valuedouble) ||
		fabs(v->valuedouble) > 9e15)
		return want("a whole number", e);
	*out = (int64_t)v->valuedouble;
	if (*out < f->min || (f->max && *out > f->max)) {
		if (!f->max)
			return err_set(
				e, EINVAL, "must be at least %lld", (long long)f->min);
		return err_set(e, EINVAL, "must be between %lld and %lld",
			(long long)f->min, (long long)f->max);
	}
	return 0;
}

static int read_enum(const struct field *f, const char *s, int *out, struct err *e)
{
	char list[256] = "";

	for (int i = 0; f->names[i]; i++) {
		if (s && *s && !strcmp(f->names[i], s)) {
			*out = i;
			return 0;
		}
		if (*f->names[i])
			snprintf(list + strlen(list), sizeof list - strlen(list),
				"%s\"%s\"", *list ? " or " : "", f->names[i]);
	}
	return want(list, e);
}

static int read_strv(
	const struct field *f, const cJSON *v, struct strv *out, struct err *e)
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
		if (f->check && f->check(s, e) < 0)
			return -1;
		strv_add(out, s);
	}
	return 0;
}

static int read_kvs(const struct field *f, const cJSON *v, struct kvs *out, struct err *e)
{
	const cJSON *i;

	if (!cJSON_IsObject(v))
		return want("a table of names and strings", e);
	kvs_free(out);
	cJSON_ArrayForEach(i, v)
	{
		if (!cJSON_IsString(i))
			return err_set(e, EINVAL, "%s must be a string", i->string);
		if (f->check && f->check(i->string, e) < 0)
			return -1;
		kvs_set(out, i->string, i->valuestring);
	}
	return 0;
}

int field_read(void *obj, const struct field *f, const cJSON *v, struct err *e)
{
	void *at = (char *)obj + f->offset;
	const char *s = cJSON_GetStringValue(v);
	int64_t n;

	switch (f->type) {
	case FIELD_STR:
		if (!s)
			return want("a string", e);
		if (f->check && f->check(s, e) < 0)
			return -1;
		str_set(at, s);
		return 0;
	case FIELD_BOOL:
		if (!cJSON_IsBool(v))
			return want("true or false", e);
		*(bool *)at = cJSON_IsTrue(v);
		return 0;
	case FIELD_TRI:
		if (!cJSON_IsBool(v))
			return want("true or false", e);
		*(int *)at = cJSON_IsTrue(v) ? 1 : 0;
		return 0;
	case FIELD_INT:
		return read_int(f, v, at, e);
	case FIELD_INT32:
		if (read_int(f, v, &n, e) < 0)
			return -1;
		*(int *)at = (int)n;
		return 0;
	case FIELD_NUM:
		if (!cJSON_IsNumber(v) || !(v->valuedouble >= 0) || v->valuedouble > 1e15)
			return want("a number, not negative", e);
		*(double *)at = v->valuedouble;
		return 0;
	case FIELD_ENUM:
		return read_enum(f, s, at, e);
	case FIELD_STRV:
		return read_strv(f, v, at, e);
	case FIELD_KVS:
		return read_kvs(f, v, at, e);
	}
	return -1;
}

cJSON *field_write(const void *obj, const void *blank, const struct field *f)
{
	const void *at = (const char *)obj + f->offset;
	const void *no = (const char *)blank + f->offset;

	switch (f->type) {
	case FIELD_STR: {
		const char *s = *(char *const *)at, *d = *(char *const *)no;

		return s && (!d || strcmp(s, d) != 0) ? cJSON_CreateString(s) : NULL;
	}
	case FIELD_BOOL:
		return *(const bool *)at != *(const bool *)no
			       ? cJSON_CreateBool(*(const bool *)at)
			       : NULL;
	case FIELD_TRI:
		return *(const int *)at < 0 ? NULL : cJSON_CreateBool(*(const int *)at);
	case FIELD_INT:
		return *(const int64_t *)at != *(const int64_t *)no
			       ? cJSON_CreateNumber((double)*(const int64_t *)at)
			       : NULL;
	case FIELD_INT32:
		return *(const int *)at != *(const int *)no
			       ? cJSON_CreateNumber(*(const int *)at)
			       : NULL;
	case FIELD_NUM:
		return *(const double *)at > *(const double *)no ||
				       *(const double *)at < *(const double *)no
			       ? cJSON_CreateNumber(*(const double *)at)
			       : NULL;
	case FIELD_ENUM:
		return *(const int *)at != *(const int *)no
			       ? cJSON_CreateString(f->names[*(const int *)at])
			       : NULL;
	case FIELD_STRV:
		return ((const struct strv *)at)->n ? json_strv(at) : NULL;
	case FIELD_KVS:
		return ((const struct kvs *)at)->n ? json_kvs(at) : NULL;
	}
	return NULL;
}

int fields_read(void *obj, const struct field *f, const cJSON *o, struct err *e)
{
	const cJSON *v;

	if (!cJSON_IsObject(o))
		return want("a table", e);
	cJSON_ArrayForEach(v, o)
	{
		const struct field *k = f;

		while (k->key && strcmp(k->key, v->string) != 0)
			k++;
		if (!k->key)
			return err_set(e, EINVAL, "unknown key \"%s\"", v->string);
		if (field_read(obj, k, v, e) < 0)
			return err_wrap(e, "%s", k->key);
	}
	return 0;
}

void fields_write(const void *obj, const void *blank, const struct field *f, cJSON *o)
{
	for (; f->key; f++) {
		cJSON *v = field_write(obj, blank, f);

		if (v)
			cJSON_AddItemToObject(o, f->key, v);
	}
}
