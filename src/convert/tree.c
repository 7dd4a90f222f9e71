/* SPDX-License-Identifier: MIT */
#include "convert/tree.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/printable.h"
#include "base/utf8.h"

void tree_remarks(cJSON *o, const struct strv *lines, size_t from)
{
	cJSON *list;

	if (from >= lines->n)
		return;
	list = cJSON_AddArrayToObject(o, REMARK);
	for (size_t i = from; i < lines->n; i++)
		cJSON_AddItemToArray(list, cJSON_CreateString(lines->v[i]));
}

/* Above U+FFFF JSON has pairs, which YAML does not read: such a character stays. */
static void escape(struct buf *b, unsigned long c)
{
	if (c == '"' || c == '\\')
		buf_addf(b, "\\%c", (char)c);
	else if (c == '\n' || c == '\t')
		buf_adds(b, c == '\n' ? "\\n" : "\\t");
	else
		buf_addf(b, "\\u%04lx", c);
}

/* As both read it: what cannot be shown as an escape. */
static void quoted(struct buf *b, const char *text)
{
	buf_addc(b, '"');
	for (struct utf8_char x = {0}; *text; text += x.n ? x.n : 1) {
		utf8_next(&x, text);
		if (!x.n)
			escape(b, (unsigned char)*text);
		else if (x.c == '"' || x.c == '\\' || x.c == '\t' ||
			 (!utf8_is_plain(x.c) && x.c <= 0xffff))
			escape(b, x.c);
		else
			buf_add(b, text, x.n);
	}
	buf_addc(b, '"');
}

static void indent(struct buf *b, int depth)
{
	for (int i = 0; i < depth; i++)
		buf_adds(b, "  ");
}

static void comment_line(struct buf *b, const char *mark, const char *text, int depth)
{
	indent(b, depth);
	buf_adds(b, mark);
	add_printable(b, text);
	buf_addc(b, '\n');
}

static void comment(struct buf *b, const char *mark, const cJSON *lines, int depth)
{
	const cJSON *line;

	if (cJSON_IsString(lines))
		comment_line(b, mark, lines->valuestring, depth);
	cJSON_ArrayForEach(line, lines)
	{
		comment_line(b, mark, line->valuestring, depth);
	}
}

static bool is_remark(const cJSON *v)
{
	return v->string && !strcmp(v->string, REMARK);
}

/* Not what YAML 1.1 or 1.2 reads as something else, nor what ends a text early. */
static bool is_plain(const char *text)
{
	static const char *const words[] = {"y", "n", "yes", "no", "on", "off", "true",
		"false", "null", "nan", "inf"};
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t n = strlen(text);

	if (!n || strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "0123456789_./@+=,-:") != n)
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcasecmp(text, words[i]))
			return false;
	return text[n - 1] != ':' &&
	       (strchr(letters, *text) || *text == '/' || !strncmp(text, "./", 2) ||
		       !strncmp(text, "../", 3));
}

static void scalar(struct buf *b, const cJSON *v, bool plain)
{
	if (cJSON_IsRaw(v) || (cJSON_IsString(v) && plain && is_plain(v->valuestring)))
		buf_adds(b, v->valuestring);
	else if (cJSON_IsString(v))
		quoted(b, v->valuestring);
	else if (cJSON_IsBool(v))
		buf_adds(b, cJSON_IsTrue(v) ? "true" : "false");
	else if (cJSON_IsNull(v))
		buf_adds(b, "null");
	else if (v->valuedouble == (double)(long long)v->valuedouble)
		buf_addf(b, "%lld", (long long)v->valuedouble);
	else
		buf_addf(b, "%.15g", v->valuedouble);
}

static void yaml_key(struct buf *b, const char *key)
{
	if (is_plain(key) && !strchr(key, ':'))
		buf_adds(b, key);
	else
		quoted(b, key);
	buf_addc(b, ':');
}

static void yaml(struct buf *b, const cJSON *o, int depth, bool begun);

/* What stands behind "key:" or "-". */
static void yaml_value(struct buf *b, const cJSON *v, int depth, bool in_list)
{
	bool nested = cJSON_IsObject(v) || cJSON_IsArray(v);

	if (nested && !v->child) {
		buf_adds(b, cJSON_IsObject(v) ? " {}\n" : " []\n");
	} else if (nested && in_list && !is_remark(v->child)) {
		buf_addc(b, ' ');
		yaml(b, v, depth + 1, true);
	} else if (nested) {
		buf_addc(b, '\n');
		yaml(b, v, depth + 1, false);
	} else {
		buf_addc(b, ' ');
		scalar(b, v, true);
		buf_addc(b, '\n');
	}
}

/* begun: its first line is. */
static void yaml(struct buf *b, const cJSON *o, int depth, bool begun)
{
	const cJSON *v;

	cJSON_ArrayForEach(v, o)
	{
		if (is_remark(v)) {
			comment(b, "# ", v, depth);
			continue;
		}
		if (!begun)
			indent(b, depth);
		begun = false;
		if (cJSON_IsArray(o))
			buf_addc(b, '-');
		else
			yaml_key(b, v->string);
		yaml_value(b, v, depth, cJSON_IsArray(o));
	}
}

void tree_yaml(struct buf *b, const cJSON *object)
{
	yaml(b, object, 0, false);
}

static bool is_last(const cJSON *v)
{
	do
		v = v->next;
	while (v && is_remark(v));
	return !v;
}

static void json(struct buf *b, const cJSON *o, int depth)
{
	bool list = cJSON_IsArray(o);
	const cJSON *v;

	if (!cJSON_IsObject(o) && !list) {
		scalar(b, o, false);
		return;
	}
	buf_addc(b, list ? '[' : '{');
	if (o->child)
		buf_addc(b, '\n');
	cJSON_ArrayForEach(v, o)
	{
		if (is_remark(v)) {
			comment(b, "// ", v, depth + 1);
			continue;
		}
		indent(b, depth + 1);
		if (!list) {
			quoted(b, v->string);
			buf_adds(b, ": ");
		}
		json(b, v, depth + 1);
		buf_adds(b, is_last(v) ? "\n" : ",\n");
	}
	if (o->child)
		indent(b, depth);
	buf_addc(b, list ? ']' : '}');
}

void tree_json(struct buf *b, const cJSON *object)
{
	json(b, object, 0);
	buf_addc(b, '\n');
}
