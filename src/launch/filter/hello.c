/* SPDX-License-Identifier: MIT */
#include "launch/filter/hello.h"

#include <stdbool.h>
#include <string.h>

enum { RECORD = 5, HANDSHAKE = 22, CLIENT_HELLO = 1, SERVER_NAME = 0, HOST_NAME = 0 };

/* What is left to read. A read beyond the end makes it bad, and all after that too. */
struct part {
	const uint8_t *p;
	size_t n;
	bool bad;
};

static size_t number(struct part *s, size_t bytes)
{
	size_t v = 0;

	if (s->n < bytes)
		s->bad = true;
	for (size_t i = 0; !s->bad && i < bytes; i++)
		v = v << 8 | s->p[i];
	if (!s->bad) {
		s->p += bytes;
		s->n -= bytes;
	}
	return v;
}

/* The part that begins with its length, of so many bytes. */
static struct part part(struct part *s, size_t bytes)
{
	size_t n = number(s, bytes);
	struct part out = {s->p, n, false};

	if (s->n < n)
		s->bad = true;
	if (s->bad)
		return (struct part){.bad = true};
	s->p += n;
	s->n -= n;
	return out;
}

/* One name, or it is not clear who is meant. */
static enum hello server_name(struct part s, char out[HOST_MAX])
{
	struct part list = part(&s, 2), name;
	size_t type = number(&list, 1);

	name = part(&list, 2);
	if (s.bad || s.n || list.bad || list.n || name.bad || type != HOST_NAME ||
		!host_text((const char *)name.p, name.n, out))
		return HELLO_UNNAMED;
	return HELLO_NAMED;
}

static enum hello read_hello(struct part s, char out[HOST_MAX])
{
	enum hello found = HELLO_UNNAMED;
	struct part extensions;
	bool seen = false;

	number(&s, 2);
	for (int i = 0; i < 4; i++)
		number(&s, 8); /* what is random */
	part(&s, 1);           /* session, ciphers, compressions */
	part(&s, 2);
	part(&s, 1);
	extensions = part(&s, 2);
	while (!extensions.bad && extensions.n) {
		size_t type = number(&extensions, 2);
		struct part one = part(&extensions, 2);

		if (type != SERVER_NAME || one.bad)
			continue;
		found = seen ? HELLO_UNNAMED : server_name(one, out);
		seen = true;
	}
	return extensions.bad ? HELLO_NONE : found;
}

enum hello hello_name(const uint8_t *p, size_t n, char out[HOST_MAX])
{
	static _Thread_local uint8_t whole[HELLO_MAX];
	size_t have = 0, need = 4;

	/* it may be cut into several records */
	while (have < need) {
		size_t k;

		if (n < 1)
			return HELLO_MORE;
		if (p[0] != HANDSHAKE || (n > 1 && p[1] != 3))
			return HELLO_NONE;
		if (n < RECORD)
			return HELLO_MORE;
		k = (size_t)p[3] << 8 | p[4];
		if (!k || have + k > sizeof whole)
			return HELLO_NONE;
		if (n < RECORD + k)
			return HELLO_MORE;
		memcpy(whole + have, p + RECORD, k);
		have += k;
		p += RECORD + k;
		n -= RECORD + k;
		if (whole[0] != CLIENT_HELLO)
			return HELLO_NONE;
		if (have >= 4)
			need = 4 + ((size_t)whole[1] << 16 | (size_t)whole[2] << 8 |
					   whole[3]);
		if (need > sizeof whole)
			return HELLO_NONE;
	}
	return read_hello((struct part){whole + 4, need - 4, false}, out);
}
