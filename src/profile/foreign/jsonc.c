/* SPDX-License-Identifier: MIT */
/* JSON as people write it: with comments, and commas after the last item. */
#include <lauxlib.h>
#include <string.h>

#include "profile/codec.h"
#include "profile/foreign/tree.h"

struct json {
	struct tree t;
	struct in in;
	size_t line; /* of counted */
	const char *counted;
};

static struct size value(struct json *j, int depth);

static size_t line_of(struct json *j)
{
	for (; j->counted < j->in.p; j->counted++)
		j->line += *j->counted == '\n';
	return j->line;
}

static bool starts(const struct json *j, const char *with)
{
	size_t n = strlen(with);

	return (size_t)(j->in.end - j->in.p) >= n && !memcmp(j->in.p, with, n);
}

static void skip(struct json *j)
{
	struct in *in = &j->in;

	while (in->p < in->end) {
		if (strchr(" \t\r\n", *in->p)) {
			in->p++;
		} else if (starts(j, "//")) {
			while (in->p < in->end && *in->p != '\n')
				in->p++;
		} else if (starts(j, "/*")) {
			const char *end = strstr(in->p + 2, "*/");

			if (end)
				in->p = end + 2;
			else
				codec_fail(in, "a comment does not end");
		} else {
			return;
		}
	}
}

static bool take(struct json *j, char c)
{
	skip(j);
	if (j->in.p >= j->in.end || *j->in.p != c)
		return false;
	j->in.p++;
	return true;
}

static struct size list(struct json *j, size_t line, int depth)
{
	struct size all = {.nodes = 1};

	tree_list(&j->t, line);
	for (int i = 1; !take(j, ']'); i++) {
		struct size one = value(j, depth + 1);

		size_add(&all, &one);
		tree_check(&j->t, line, &all, depth);
		tree_list_add(&j->t, i);
		if (!take(j, ',') && *j->in.p != ']')
			codec_fail(&j->in, "a comma is missing in a list");
	}
	return all;
}

static struct size map(struct json *j, size_t line, int depth)
{
	struct size all = {.nodes = 1};

	tree_map(&j->t, line);
	for (int i = 1; !take(j, '}'); i++) {
		struct size one;
		size_t at;

		if (!take(j, '"'))
			codec_fail(&j->in, "a key in quotes is missing");
		at = line_of(j);
		codec_string(&j->in);
		if (!take(j, ':'))
			codec_fail(&j->in, "a ':' is missing");
		one = value(j, depth + 1);
		one.bytes += lua_rawlen(j->t.L, -2);
		size_add(&all, &one);
		tree_check(&j->t, at, &all, depth);
		tree_map_add(&j->t, at, i);
		if (!take(j, ',') && *j->in.p != '}')
			codec_fail(&j->in, "a comma is missing in an object");
	}
	lua_pop(j->t.L, 1); /* the keys */
	return all;
}

static size_t digits(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && s[i] >= '0' && s[i] <= '9')
		i++;
	return i;
}

static bool is_number(const char *s, size_t n)
{
	size_t i = n > 0 && *s == '-', whole = digits(s + i, n - i), more;

	if (!whole || (whole > 1 && s[i] == '0'))
		return false;
	i += whole;
	if (i < n && s[i] == '.') {
		more = digits(s + i + 1, n - i - 1);
		if (!more)
			return false;
		i += 1 + more;
	}
	if (i < n && (s[i] == 'e' || s[i] == 'E')) {
		i++;
		i += i < n && (s[i] == '+' || s[i] == '-');
		more = digits(s + i, n - i);
		if (!more)
			return false;
		i += more;
	}
	return i == n;
}

/* true, false, null, or a number, as it is written. */
static struct size word(struct json *j, size_t line)
{
	const char *s = j->in.p;
	size_t n = strcspn(s, " \t\r\n,]}/:\"");

	j->in.p += n;
	if (n == 4 && !memcmp(s, "null", 4))
		return tree_scalar(&j->t, line, NULL, 0, true);
	if ((n != 4 || memcmp(s, "true", 4) != 0) &&
		(n != 5 || memcmp(s, "false", 5) != 0) && !is_number(s, n))
		codec_fail(&j->in, "an unknown word; texts stand in quotes");
	return tree_scalar(&j->t, line, s, n, true);
}

static struct size value(struct json *j, int depth)
{
	struct size s = {0};
	size_t line, n;
	const char *text;

	skip(j);
	line = line_of(j);
	tree_check(&j->t, line, &s, depth);
	luaL_checkstack(j->t.L, 16, "JSON nests too deep");
	if (j->in.p >= j->in.end)
		codec_fail(&j->in, "it ends too early");
	if (take(j, '['))
		return list(j, line, depth);
	if (take(j, '{'))
		return map(j, line, depth);
	if (!take(j, '"'))
		return word(j, line);
	codec_string(&j->in);
	text = lua_tolstring(j->t.L, -1, &n);
	s = tree_scalar(&j->t, line, text, n, false);
	lua_remove(j->t.L, -2);
	return s;
}

void jsonc_read(lua_State *L, const char *text, size_t n, const char *name)
{
	struct json j = {.t = {.L = L, .name = name},
		.in = {.L = L, .p = text, .end = text + n, .name = name, .from = text},
		.line = 1,
		.counted = text};

	value(&j, 0);
	skip(&j);
	if (j.in.p < j.in.end)
		codec_fail(&j.in, "there is text after its end");
}
