/* SPDX-License-Identifier: MIT */
/* Whoever stands between clients and an X server: he asks for a cookie of his own, which
 * the server does not know, and says the server's in its place. */
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "host/x11/x11_cookie.h"

/* A client's first message (X protocol, "Connection Setup"): its head, and what is read
 * of a name and of a cookie. */
enum { HEAD = 12, NAME_MAX_BYTES = 64, COOKIE_BYTES = 16 };

static const char why[] = "this display is not for you";

struct words {
	bool big; /* the first byte counts most */
	unsigned char head[HEAD];
	unsigned char name[NAME_MAX_BYTES], data[sizeof((struct x11_auth *)0)->data];
	size_t n_name, n_data;
};

static size_t padded(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

static size_t get16(bool big, const unsigned char *p)
{
	return big ? (size_t)p[0] << 8 | p[1] : (size_t)p[1] << 8 | p[0];
}

static void put16(bool big, unsigned char *p, size_t v)
{
	p[!big] = (unsigned char)(v >> 8);
	p[big] = (unsigned char)(v & 0xff);
}

int x11_new_cookie(const char *to_number, struct buf *out, struct err *e)
{
	struct x11_auth auth = {.n = COOKIE_BYTES};

	if (getrandom(auth.data, auth.n, 0) != (ssize_t)auth.n)
		return err_errno(e, "getrandom");
	x11_cookie_add(out, &auth, to_number);
	return 0;
}

/* Of an entry as x11_cookie_add() writes it: behind the family come four counted parts,
 * the cookie last. */
static void last_part(const struct buf *entry, struct x11_auth *out)
{
	const unsigned char *p = (const unsigned char *)entry->p;
	size_t at = 2, n = 0;

	*out = (struct x11_auth){0};
	for (int i = 0; i < 4; i++) {
		at += n;
		if (at + 2 > entry->n)
			return;
		n = get16(true, p + at);
		at += 2;
	}
	if (at + n > entry->n || n > sizeof out->data)
		return;
	memcpy(out->data, p + at, n);
	out->n = n;
}

static bool listen_to(int client, struct words *w)
{
	int64_t deadline = clock_ms() + X11_PATIENCE_MS;
	unsigned char rest[sizeof w->name + sizeof w->data];

	if (!x11_read(client, w->head, HEAD, deadline))
		return false;
	w->big = w->head[0] == 'B';
	if (!w->big && w->head[0] != 'l')
		return false;
	w->n_name = get16(w->big, w->head + 6);
	w->n_data = get16(w->big, w->head + 8);
	if (w->n_name > sizeof w->name || w->n_data > sizeof w->data ||
		!x11_read(client, rest, padded(w->n_name) + padded(w->n_data), deadline))
		return false;
	memcpy(w->name, rest, w->n_name);
	memcpy(w->data, rest + padded(w->n_name), w->n_data);
	return true;
}

/* How much of it is right must not be told by the time that it takes. */
static bool shows(const struct words *w, const struct x11_auth *mine)
{
	unsigned char differs = 0;

	if (!mine->n || w->n_data != mine->n || w->n_name != sizeof X11_COOKIE_NAME - 1 ||
		memcmp(w->name, X11_COOKIE_NAME, w->n_name) != 0)
		return false;
	for (size_t i = 0; i < mine->n; i++)
		differs |= w->data[i] ^ mine->data[i];
	return !differs;
}

static void refuse(int client, bool big)
{
	unsigned char m[8 + sizeof why + 3] = {0, sizeof why - 1};
	size_t n = padded(sizeof why - 1);

	put16(big, m + 2, 11);
	put16(big, m + 6, n / 4);
	memcpy(m + 8, why, sizeof why - 1);
	if (send(client, m, 8 + n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
		/* it has gone */
	}
}

static void add_padded(struct buf *out, const void *p, size_t n)
{
	static const char none[3];

	buf_add(out, p, n);
	buf_add(out, none, padded(n) - n);
}

bool x11_exchange(
	int client, const struct buf *mine, const struct buf *theirs, struct buf *out)
{
	struct words w = {0};
	struct x11_auth own, server;

	last_part(mine, &own);
	last_part(theirs, &server);
	if (!listen_to(client, &w) || !shows(&w, &own)) {
		refuse(client, w.big);
		return false;
	}
	w.n_name = server.n ? w.n_name : 0;
	put16(w.big, w.head + 6, w.n_name);
	put16(w.big, w.head + 8, server.n);
	buf_add(out, w.head, HEAD);
	add_padded(out, w.name, w.n_name);
	add_padded(out, server.data, server.n);
	return true;
}
