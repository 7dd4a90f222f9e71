/* SPDX-License-Identifier: MIT */
#include "profile/codec.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "profile/child.h"

static void decode_value(struct in *in, int depth);

void codec_fail(const struct in *in, const char *what)
{
	int line = 1;

	for (const char *s = in->from; s && s < in->p; s++)
		line += *s == '\n';
	if (!in->name)
		luaL_error(in->L, "not JSON: %s", what);
	lua_pushfstring(in->L, "%s:%d: not JSON: %s", in->name, line, what);
	lua_error(in->L);
	abort();
}

static void skip_space(struct in *in)
{
	while (in->p < in->end && strchr(" \t\r\n", *in->p) && *in->p)
		in->p++;
}

static bool take(struct in *in, char c)
{
	skip_space(in);
	if (in->p >= in->end || *in->p != c)
		return false;
	in->p++;
	return true;
}

static void take_word(struct in *in, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(in->end - in->p) < n || memcmp(in->p, word, n) != 0)
		codec_fail(in, "unknown word");
	in->p += n;
}

static unsigned hex4(struct in *in)
{
	unsigned v = 0;

	if (in->end - in->p < 4)
		codec_fail(in, "cut short in \\u");
	for (int i = 0; i < 4; i++) {
		char c = *in->p++;

		v <<= 4;
		if (c >= '0' && c <= '9')
			v |= (unsigned)(c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			v |= (unsigned)((c | 32) - 'a' + 10);
		else
			codec_fail(in, "bad \\u");
	}
	return v;
}

/* After "\u": one code point as UTF-8. */
static void decode_unicode(struct in *in, luaL_Buffer *b)
{
	unsigned u = hex4(in);

	if (u >= 0xd800 && u < 0xdc00 && in->end - in->p >= 6 && in->p[0] == '\\' &&
		in->p[1] == 'u') {
		unsigned low;

		in->p += 2;
		low = hex4(in);
		if (low < 0xdc00 || low > 0xdfff)
			codec_fail(in, "bad surrogate");
		u = 0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00);
	}
	if (u < 0x80) {
		luaL_addchar(b, (char)u);
	} else if (u < 0x800) {
		luaL_addchar(b, (char)(0xc0 | (u >> 6)));
		luaL_addchar(b, (char)(0x80 | (u & 63)));
	} else if (u < 0x10000) {
		luaL_addchar(b, (char)(0xe0 | (u >> 12)));
		luaL_addchar(b, (char)(0x80 | ((u >> 6) & 63)));
		luaL_addchar(b, (char)(0x80 | (u & 63)));
	} else {
		luaL_addchar(b, (char)(0xf0 | (u >> 18)));
		luaL_addchar(b, (char)(0x80 | ((u >> 12) & 63)));
		luaL_addchar(b, (char)(0x80 | ((u >> 6) & 63)));
		luaL_addchar(b, (char)(0x80 | (u & 63)));
	}
}

static void decode_escape(struct in *in, luaL_Buffer *b)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at;
	char c;

	if (in->p >= in->end)
		codec_fail(in, "cut short in a string");
	c = *in->p++;
	if (c == 'u') {
		decode_unicode(in, b);
		return;
	}
	at = c ? strchr(from, c) : NULL;
	if (!at)
		codec_fail(in, "unknown escape");
	luaL_addchar(b, to[at - from]);
}

void codec_string(struct in *in)
{
	const char *from = in->p;
	luaL_Buffer b;

	while (in->p < in->end && *in->p != '"' && *in->p != '\\')
		in->p++;
	if (in->p < in->end && *in->p == '"') {
		lua_pushlstring(in->L, from, (size_t)(in->p++ - from));
		return;
	}
	luaL_buffinit(in->L, &b);
	luaL_addlstring(&b, from, (size_t)(in->p - from));
	while (in->p < in->end && *in->p != '"') {
		if (*in->p++ == '\\')
			decode_escape(in, &b);
		else
			luaL_addchar(&b, in->p[-1]);
	}
	if (in->p >= in->end)
		codec_fail(in, "cut short in a string");
	in->p++;
	luaL_pushresult(&b);
}

static void decode_number(struct in *in)
{
	char text[48];
	size_t n = 0;

	while (in->p < in->end && strchr("+-.eE0123456789", *in->p) && *in->p &&
		n + 1 < sizeof text)
		text[n++] = *in->p++;
	text[n] = 0;
	if (!lua_stringtonumber(in->L, text))
		codec_fail(in, "bad number");
}

static void decode_list(struct in *in, int depth)
{
	lua_Integer i = 0;

	lua_newtable(in->L);
	if (take(in, ']'))
		return;
	do {
		decode_value(in, depth);
		lua_rawseti(in->L, -2, ++i);
	} while (take(in, ','));
	if (!take(in, ']'))
		codec_fail(in, "a list does not end");
}

static void decode_object(struct in *in, int depth)
{
	lua_newtable(in->L);
	if (take(in, '}'))
		return;
	do {
		if (!take(in, '"'))
			codec_fail(in, "a key is missing");
		codec_string(in);
		if (!take(in, ':'))
			codec_fail(in, "a ':' is missing");
		decode_value(in, depth);
		lua_rawset(in->L, -3);
	} while (take(in, ','));
	if (!take(in, '}'))
		codec_fail(in, "an object does not end");
}

static void decode_value(struct in *in, int depth)
{
	if (depth > DOOR_DEPTH)
		codec_fail(in, "nests too deep");
	luaL_checkstack(in->L, 8, "JSON nests too deep");
	skip_space(in);
	if (in->p >= in->end)
		codec_fail(in, "cut short");
	switch (*in->p) {
	case '{':
		in->p++;
		decode_object(in, depth + 1);
		return;
	case '[':
		in->p++;
		decode_list(in, depth + 1);
		return;
	case '"':
		in->p++;
		codec_string(in);
		return;
	case 't':
		take_word(in, "true");
		lua_pushboolean(in->L, 1);
		return;
	case 'f':
		take_word(in, "false");
		lua_pushboolean(in->L, 0);
		return;
	case 'n':
		take_word(in, "null");
		lua_pushnil(in->L);
		return;
	default:
		decode_number(in);
	}
}

void codec_decode(lua_State *L, const char *text, size_t n)
{
	struct in in = {.L = L, .p = text, .end = text + n};

	decode_value(&in, 0);
	skip_space(&in);
	if (in.p != in.end)
		codec_fail(&in, "text after its end");
}
