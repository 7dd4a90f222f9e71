/* SPDX-License-Identifier: MIT */
/* Writing, copying and freeing fields. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan/fields.h"

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static size_t count(const void *obj, const struct field *f)
{
	return *(const size_t *)(const void *)((const char *)obj + f->also);
}

static char *item(const void *obj, const struct field *f, size_t i)
{
	return *(char *const *)(const void *)((const char *)obj + f->offset) +
	       i * f->of->size;
}

static bool is_there(const void *obj, const struct field *f)
{
	for (const struct field *k = f; k->key; k++)
		if (k->type == FIELD_PRESENT)
			return *(const bool *)((const char *)obj + k->offset);
	return false;
}

/* Is the field what it is in blank? OBJECT and LIST are never. */
static bool as_blank(const void *at, const void *no, const struct field *f)
{
	switch (f->type) {
	case FIELD_STR:
		return same_text(*(char *const *)at, *(char *const *)no);
	case FIELD_BOOL:
		return *(const bool *)at == *(const bool *)no;
	case FIELD_TRI:
	case FIELD_INT32:
	case FIELD_UINT:
	case FIELD_ENUM:
		return *(const int *)at == *(const int *)no;
	case FIELD_INT:
	case FIELD_BYTES:
		return *(const int64_t *)at == *(const int64_t *)no;
	case FIELD_NUM:
		return !(*(const double *)at > *(const double *)no) &&
		       !(*(const double *)at < *(const double *)no);
	case FIELD_STRV:
		return !((const struct strv *)at)->n;
	case FIELD_KVS:
		return !((const struct kvs *)at)->n;
	case FIELD_PRESENT:
		return true;
	case FIELD_WORDS:
	case FIELD_OBJECT:
	case FIELD_LIST:
		break;
	}
	return false;
}

static cJSON *write_list(const void *obj, const struct field *f)
{
	cJSON *a = count(obj, f) ? cJSON_CreateArray() : NULL;

	for (size_t i = 0; i < count(obj, f); i++) {
		cJSON *o = cJSON_CreateObject();

		fields_write(item(obj, f, i), f->of->blank, f->of->fields, o);
		cJSON_AddItemToArray(a, o);
	}
	return a;
}

static cJSON *write_object(const void *at, const void *no, const struct field *f)
{
	cJSON *o = cJSON_CreateObject();

	fields_write(at, no, f->of->fields, o);
	if (o->child || is_there(at, f->of->fields))
		return o;
	cJSON_Delete(o);
	return NULL;
}

cJSON *field_write(const void *obj, const void *blank, const struct field *f)
{
	const void *at = (const char *)obj + f->offset;
	const void *no = (const char *)blank + f->offset;

	if (as_blank(at, no, f))
		return NULL;
	switch (f->type) {
	case FIELD_STR:
		return *(char *const *)at ? cJSON_CreateString(*(char *const *)at) : NULL;
	case FIELD_BOOL:
		return cJSON_CreateBool(*(const bool *)at);
	case FIELD_TRI:
		return cJSON_CreateBool(*(const int *)at);
	case FIELD_INT:
	case FIELD_BYTES:
		return cJSON_CreateNumber((double)*(const int64_t *)at);
	case FIELD_INT32:
		return cJSON_CreateNumber(*(const int *)at);
	case FIELD_UINT:
		return cJSON_CreateNumber(*(const unsigned *)at);
	case FIELD_NUM:
		return cJSON_CreateNumber(*(const double *)at);
	case FIELD_ENUM:
		return cJSON_CreateString(f->names[*(const int *)at]);
	case FIELD_WORDS:
		return *(const bool *)((const char *)obj + f->also) ? json_strv(at)
								    : NULL;
	case FIELD_STRV:
		return json_strv(at);
	case FIELD_KVS:
		return json_kvs(at);
	case FIELD_OBJECT:
		return write_object(at, no, f);
	case FIELD_LIST:
		return write_list(obj, f);
	case FIELD_PRESENT:
		break;
	}
	return NULL;
}

void fields_write(const void *obj, const void *blank, const struct field *f, cJSON *o)
{
	for (const struct field *k = f; k->key; k++) {
		cJSON *v = field_write(obj, blank, k);

		if (v)
			cJSON_AddItemToObject(o, k->key, v);
	}
}

static void copy_list(void *to, const void *from, const struct field *f)
{
	size_t n = count(from, f);

	*(char **)(void *)((char *)to + f->offset) = n ? xcalloc(n, f->of->size) : NULL;
	*(size_t *)(void *)((char *)to + f->also) = n;
	for (size_t i = 0; i < n; i++)
		fields_copy(item(to, f, i), item(from, f, i), f->of->fields);
}

static void copy_kvs(struct kvs *to, const struct kvs *from)
{
	for (size_t i = 0; i < from->n; i++)
		kvs_add(to, from->v[i].key, from->v[i].value);
}

static void copy_field(void *to, const void *from, const struct field *f)
{
	void *at = (char *)to + f->offset;
	const void *is = (const char *)from + f->offset;

	switch (f->type) {
	case FIELD_STR:
		str_set(at, *(char *const *)is);
		break;
	case FIELD_BOOL:
	case FIELD_PRESENT:
		*(bool *)at = *(const bool *)is;
		break;
	case FIELD_TRI:
	case FIELD_INT32:
	case FIELD_UINT:
	case FIELD_ENUM:
		memcpy(at, is, sizeof(int));
		break;
	case FIELD_INT:
	case FIELD_BYTES:
		*(int64_t *)at = *(const int64_t *)is;
		break;
	case FIELD_NUM:
		*(double *)at = *(const double *)is;
		break;
	case FIELD_WORDS:
		*(bool *)((char *)to + f->also) =
			*(const bool *)((const char *)from + f->also);
		strv_copy(at, is);
		break;
	case FIELD_STRV:
		strv_copy(at, is);
		break;
	case FIELD_KVS:
		copy_kvs(at, is);
		break;
	case FIELD_OBJECT:
		fields_copy(at, is, f->of->fields);
		break;
	case FIELD_LIST:
		copy_list(to, from, f);
		break;
	}
}

void fields_copy(void *to, const void *from, const struct field *f)
{
	for (const struct field *k = f; k->key; k++)
		if (!k->found)
			copy_field(to, from, k);
}

static void free_list(void *obj, const struct field *f)
{
	for (size_t i = 0; i < count(obj, f); i++)
		fields_free(item(obj, f, i), f->of->fields);
	free(*(char **)(void *)((char *)obj + f->offset));
}

void fields_free(void *obj, const struct field *f)
{
	for (const struct field *k = f; k->key; k++) {
		void *at = (char *)obj + k->offset;

		if (k->type == FIELD_STR)
			free(*(char **)at);
		else if (k->type == FIELD_STRV || k->type == FIELD_WORDS)
			strv_free(at);
		else if (k->type == FIELD_KVS)
			kvs_free(at);
		else if (k->type == FIELD_OBJECT)
			fields_free(at, k->of->fields);
		else if (k->type == FIELD_LIST)
			free_list(obj, k);
	}
}

static void list_texts(const void *obj, const struct field *f, struct strv *out)
{
	for (size_t i = 0; i < count(obj, f); i++) {
		AUTO_FREE char *text = f->of->text(item(obj, f, i));

		strv_add(out, text);
	}
}

void field_texts(
	const void *obj, const void *blank, const struct field *f, struct strv *out)
{
	const void *at = (const char *)obj + f->offset;
	const struct strv *items = at;
	const struct kvs *map = at;
	AUTO_JSON cJSON *v = NULL;

	if (f->type == FIELD_LIST) {
		list_texts(obj, f, out);
	} else if (f->type == FIELD_STRV) {
		for (size_t i = 0; i < items->n; i++)
			strv_add(out, items->v[i]);
	} else if (f->type == FIELD_KVS) {
		for (size_t i = 0; i < map->n; i++)
			strv_addf(out, "%s%c%s", map->v[i].key, f->between,
				map->v[i].value);
	} else if (f->type == FIELD_NUM &&
		   !as_blank(at, (const char *)blank + f->offset, f)) {
		strv_addf(out, "%g", *(const double *)at);
	} else if ((v = field_write(obj, blank, f))) {
		AUTO_FREE char *text = json_text(v, false);

		strv_add(out, cJSON_IsString(v) ? v->valuestring : text);
	}
}

const struct field *field_find(const struct field *f, const char *path)
{
	size_t n = strcspn(path, "/");

	for (const struct field *k = f; k->key; k++)
		if (!strncmp(k->key, path, n) && !k->key[n]) {
			if (!path[n])
				return k;
			return k->of ? field_find(k->of->fields, path + n + 1) : NULL;
		}
	return NULL;
}
