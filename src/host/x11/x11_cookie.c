/* SPDX-License-Identifier: MIT */
#include "host/x11/x11_cookie.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "host/x11/libxcb.h"

enum { FAMILY_INTERNET = 0, FAMILY_INTERNET6 = 6 }; /* X.h */

/* What an entry has to say to be meant for a display. */
struct wanted {
	char number[16];
	char hostname[256]; /* local displays */
	bool local;         /* also localhost:10, which ssh enters as "host/unix:10" */
	struct addrinfo *addrs; /* displays of other machines */
};

static bool same(const char *a, unsigned short n, const void *b, size_t k)
{
	return n == k && !memcmp(a, b, k);
}

static bool is_loopback(const struct sockaddr *a)
{
	if (a->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, a, sizeof in);
		return ntohl(in.sin_addr.s_addr) >> 24 == 127;
	}
	if (a->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, a, sizeof in6);
		return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
	}
	return false;
}

static void want(struct wanted *w, const struct x11_display *d)
{
	struct addrinfo hint = {.ai_socktype = SOCK_STREAM};

	*w = (struct wanted){.local = d->socket[0] || !strcmp(d->host, "localhost")};
	snprintf(w->number, sizeof w->number, "%d", d->number);
	if (gethostname(w->hostname, sizeof w->hostname - 1) < 0)
		w->hostname[0] = 0;
	if (w->local || getaddrinfo(d->host, NULL, &hint, &w->addrs) != 0)
		return;
	for (struct addrinfo *a = w->addrs; a; a = a->ai_next)
		w->local |= is_loopback(a->ai_addr);
}

static bool is_address(const Xauth *x, const struct addrinfo *a)
{
	if (a->ai_family == AF_INET && x->family == FAMILY_INTERNET) {
		struct sockaddr_in in;

		memcpy(&in, a->ai_addr, sizeof in);
		return same(x->address, x->address_length, &in.sin_addr, 4);
	}
	if (a->ai_family == AF_INET6 && x->family == FAMILY_INTERNET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, a->ai_addr, sizeof in6);
		return same(x->address, x->address_length, &in6.sin6_addr, 16);
	}
	return false;
}

static bool fits(const Xauth *x, const struct wanted *w)
{
	if (!same(x->name, x->name_length, X11_COOKIE_NAME, sizeof X11_COOKIE_NAME - 1))
		return false;
	if (!x->data_length || x->data_length > sizeof((struct x11_auth *)0)->data)
		return false;
	if (x->number_length &&
		!same(x->number, x->number_length, w->number, strlen(w->number)))
		return false;
	if (x->family == FamilyWild)
		return true;
	if (w->local && x->family == FamilyLocal)
		return same(
			x->address, x->address_length, w->hostname, strlen(w->hostname));
	for (const struct addrinfo *a = w->addrs; a; a = a->ai_next)
		if (is_address(x, a))
			return true;
	return false;
}

/* Only a plain file: a pipe would keep us waiting. */
static FILE *open_authority(void)
{
	const char *name;
	struct stat st;
	struct err why;
	FILE *f = NULL;
	int fd;

	if (libxau_load(&why) < 0) {
		log_debug("%s", why.msg);
		return NULL;
	}
	name = xau.FileName();
	fd = name ? open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		f = fdopen(fd, "rb");
	else if (fd >= 0)
		errno = EINVAL;
	if (!f) {
		if (name && errno != ENOENT)
			log_debug("%s cannot be read: %s", name, strerror(errno));
		if (fd >= 0)
			close(fd);
	}
	return f;
}

bool x11_cookie_find(const struct x11_display *d, struct x11_auth *out)
{
	FILE *f = open_authority();
	struct wanted w;
	bool found = false;
	Xauth *x;

	*out = (struct x11_auth){0};
	if (!f)
		return false;
	want(&w, d);
	while (!found && (x = xau.ReadAuth(f))) {
		found = fits(x, &w);
		if (found) {
			out->n = x->data_length;
			memcpy(out->data, x->data, out->n);
		}
		xau.DisposeAuth(x);
	}
	if (w.addrs)
		freeaddrinfo(w.addrs);
	fclose(f);
	return found;
}

/* Counted strings behind a two-byte family, all in network order (libXau's format). */
static void add_counted(struct buf *out, const void *p, size_t n)
{
	buf_addc(out, (char)(n >> 8));
	buf_addc(out, (char)(n & 0xff));
	buf_add(out, p, n);
}

void x11_cookie_add(struct buf *out, const struct x11_auth *auth, const char *number)
{
	buf_addc(out, (char)(FamilyWild >> 8));
	buf_addc(out, (char)(FamilyWild & 0xff));
	add_counted(out, "", 0);
	add_counted(out, number, strlen(number));
	add_counted(out, X11_COOKIE_NAME, sizeof X11_COOKIE_NAME - 1);
	add_counted(out, auth->data, auth->n);
}

int x11_cookie(const char *display, const char *to_number, struct buf *out, bool *found,
	struct err *e)
{
	struct x11_display d;
	struct x11_auth auth;

	*found = false;
	if (x11_parse(display, &d, e) < 0)
		return -1;
	*found = x11_cookie_find(&d, &auth);
	if (*found)
		x11_cookie_add(out, &auth, to_number);
	return 0;
}
