/* SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/utf8.h"

const cJSON *json_get(const cJSON *o, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(o, key);
}

const char *json_str(const cJSON *o, const char *key)
{
	return cJSON_GetStringValue(json_get(o, key));
}

bool json_bool(const cJSON *o, const char *key, bool fallback)
{
	const cJSON *i = json_get(o, key);

	return cJSON_IsBool(i) ? (bool)cJSON_IsTrue(i) : fallback;
}

double json_num(const cJSON *o, const char *key, double fallback)
{
	const cJSON *i = json_get(o, key);

	return cJSON_IsNumber(i) ? i->valuedouble : fallback;
}

int64_t json_int64(const cJSON *o, const char *key, int64_t fallback)
{
	double d = json_num(o, key, (double)fallback);

	/* doubles know whole numbers up to 2^53; the comparison also fails for NaN */
	return d >= -9007199254740992.0 && d <= 9007199254740992.0 ? (int64_t)d
								   : fallback;
}

int json_int(const cJSON *o, const char *key, int fallback)
{
	int64_t v = json_int64(o, key, fallback);

	return v >= INT_MIN && v <= INT_MAX ? (int)v : fallback;
}

cJSON *json_parse(const char *text, size_t n, struct err *e)
{
	const char *end = NULL;
	cJSON *j = cJSON_ParseWithLengthOpts(text, n, &end, 0);
	size_t at = end && end > text ? (size_t)(end - text) : 0;

	/* without the text, which may be a secret */
	if (!j)
		err_set(e, 0, "not JSON at byte %zu", at < n ? at : n);
	return j;
}

cJSON *json_read(const char *path, size_t max, struct err *e)
{
	AUTO_BUF struct buf text = {0};
	cJSON *j;

	if (file_read(path, max, &text, e) < 0)
		return NULL;
	j = json_parse(text.p, text.n, e);
	if (!j)
		err_wrap(e, "%s", path);
	return j;
}

/* Beyond U+FFFF JSON has pairs only. */
static void add_escape(struct buf *b, unsigned long c)
{
	if (c > 0xffff) {
		buf_addf(b, "\\u%04lx", 0xd800 + ((c - 0x10000) >> 10));
		c = 0xdc00 + ((c - 0x10000) & 0x3ff);
	}
	buf_addf(b, "\\u%04lx", c);
}

/* What a terminal must not show becomes \uXXXX, what is no UTF-8 U+FFFD. */
static char *escaped(const char *text)
{
	struct utf8_char x = {0};
	struct buf b = {0};

	for (; *text; text += x.n ? x.n : 1) {
		utf8_next(&x, text);
		/* cJSON's own line ends; those of strings it has escaped */
		if (x.plain || (x.n && x.c == '\n'))
			buf_add(&b, text, x.n);
		else
			add_escape(&b, x.n ? x.c : 0xfffd);
	}
	return buf_take(&b);
}

char *json_text(const cJSON *j, bool pretty)
{
	AUTO_FREE char *text = NULL;

	if (!pretty)
		return cJSON_PrintUnformatted(j);
	text = cJSON_Print(j);
	return text ? escaped(text) : NULL;
}

char *json_not_utf8(const cJSON *j)
{
	const char *text = cJSON_GetStringValue(j);
	const cJSON *i;
	size_t k = 0;

	if (text && !utf8_valid(text))
		return xstrdup("");
	cJSON_ArrayForEach(i, j)
	{
		AUTO_FREE char *key =
			i->string ? xstrdup(i->string) : xasprintf("%zu", k++);
		AUTO_FREE char *below = utf8_valid(key) ? json_not_utf8(i) : xstrdup("");

		if (below)
			return xasprintf("%s%s%s", key, *below ? "/" : "", below);
	}
	return NULL;
}

int json_check_utf8(const cJSON *j, struct err *e)
{
	AUTO_FREE char *at = json_not_utf8(j);

	if (!at)
		return 0;
	/* without the text, which may be a secret */
	return err_set(e, EILSEQ,
		"%.200s%snot UTF-8: other bytes reach the engine changed; rename or "
		"rewrite it",
		at, *at ? ": " : "");
}

int json_send(const cJSON *j, char **text, struct err *e)
{
	*text = NULL;
	if (!j)
		return 0;
	if (json_check_utf8(j, e) < 0)
		return -1;
	*text = json_text(j, false);
	return 0;
}

cJSON *json_strv(const struct strv *s)
{
	cJSON *a = cJSON_CreateArray();

	for (size_t i = 0; i < s->n; i++)
		cJSON_AddItemToArray(a, cJSON_CreateString(s->v[i]));
	return a;
}

void json_read_strv(const cJSON *a, struct strv *out)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, a)
	{
		if (cJSON_IsString(item))
			strv_add(out, item->valuestring);
	}
}

cJSON *json_kvs(const struct kvs *k)
{
	cJSON *o = cJSON_CreateObject();

	for (size_t i = 0; i < k->n; i++)
		cJSON_AddStringToObject(o, k->v[i].key, k->v[i].value);
	return o;
}

void json_read_kvs(const cJSON *o, struct kvs *out)
{
	const cJSON *i;

	if (!cJSON_IsObject(o))
		return;
	cJSON_ArrayForEach(i, o)
	{
		if (cJSON_IsString(i))
			kvs_add(out, i->string, i->valuestring);
	}
}

void json_put(cJSON *o, const char *key, const char *s)
{
	if (s)
		cJSON_AddStringToObject(o, key, s);
}

void json_put_some(cJSON *o, const char *key, cJSON *some)
{
	if (some->child)
		cJSON_AddItemToObject(o, key, some);
	else
		cJSON_Delete(some);
}

void json_free(cJSON **j)
{
	cJSON_Delete(*j);
	*j = NULL;
}

cJSON *json_whole(int64_t n)
{
	char text[32];

	if (n < 1000000000000000 && n > -1000000000000000)
		return cJSON_CreateNumber((double)n);
	snprintf(text, sizeof text, "%" PRId64, n);
	return cJSON_CreateRaw(text);
}
