/* SPDX-License-Identifier: MIT */
/* The child's end of the door: a question, and the wait for its answer. */
#include "profile/child.h"

#include <errno.h>
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "profile/codec.h"

/* Bytes of the host that came after the last line. */
static struct {
	char data[65536];
	size_t at, end;
} ahead;

void door_write(const char *data, size_t n)
{
	while (n) {
		ssize_t k = write(DOOR_FD, data, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			_exit(0);
		data += k;
		n -= (size_t)k;
	}
}

static void fill_ahead(void)
{
	ssize_t k;

	do {
		k = read(DOOR_FD, ahead.data, sizeof ahead.data);
	} while (k < 0 && errno == EINTR);
	if (k <= 0)
		_exit(0); /* the host is gone or has heard enough */
	ahead.at = 0;
	ahead.end = (size_t)k;
}

static void read_line(struct out *o)
{
	for (;;) {
		const char *from = ahead.data + ahead.at, *nl;

		if (ahead.at == ahead.end) {
			fill_ahead();
			continue;
		}
		nl = memchr(from, '\n', ahead.end - ahead.at);
		if (nl) {
			out_add(o, from, (size_t)(nl - from));
			ahead.at += (size_t)(nl - from) + 1;
			return;
		}
		out_add(o, from, ahead.end - ahead.at);
		ahead.at = ahead.end;
	}
}

int door_call(lua_State *L, const char *op, int index)
{
	struct out o;

	index = lua_absindex(L, index);
	luaL_checkstack(L, 16, "door");
	out_init(&o, L);
	out_adds(&o, "{\"op\":");
	lua_pushstring(L, op);
	codec_encode(&o, -1);
	lua_pop(L, 1);
	out_adds(&o, ",\"args\":");
	codec_encode(&o, index);
	out_adds(&o, "}\n");
	door_write(o.p, o.n);

	o.n = 0;
	read_line(&o);
	codec_decode(L, o.p, o.n);
	luaL_checktype(L, -1, LUA_TTABLE);
	if (lua_getfield(L, -1, "err") == LUA_TNIL) {
		lua_getfield(L, -2, "ok");
		return 1;
	}
	lua_pushnil(L);
	lua_insert(L, -2);
	lua_getfield(L, -3, "code");
	return 3;
}

static size_t quote(char *to, size_t room, const char *s)
{
	size_t n = 0;

	for (; s && *s && n + 8 < room; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < 32)
			n += (size_t)snprintf(to + n, room - n, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			n += (size_t)snprintf(to + n, room - n, "\\%c", c);
		else
			to[n++] = (char)c;
	}
	to[n] = 0;
	return n;
}

void door_fail(const char *kind, const char *message, const char *traceback)
{
	static char m[4096], t[16384], line[24576];
	int n;

	quote(m, sizeof m, message);
	quote(t, sizeof t, traceback);
	n = snprintf(line, sizeof line,
		"{\"op\":\"fail\",\"args\":{\"kind\":\"%s\",\"message\":\"%s\","
		"\"traceback\":\"%s\"}}\n",
		kind, m, t);
	door_write(line, (size_t)n);
}
