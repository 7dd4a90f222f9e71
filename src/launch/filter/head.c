/* SPDX-License-Identifier: MIT */
#include "launch/filter/head.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct span {
	const char *p;
	size_t n;
};

size_t head_length(const char *text, size_t n)
{
	const char *end = memmem(text, n, "\r\n\r\n", 4);

	return end ? (size_t)(end - text) + 4 : 0;
}

static bool is(struct span s, const char *word)
{
	return s.n == strlen(word) && !strncasecmp(s.p, word, s.n);
}

/* "host", "host:port" or "[address]:port". */
static bool read_authority(
	struct span s, unsigned usual, char host[HOST_MAX], unsigned *port)
{
	const char *end;
	size_t n, digits;

	*port = usual;
	if (!s.n)
		return false;
	end = memchr(s.p, *s.p == '[' ? ']' : ':', s.n);
	n = end ? (size_t)(end - s.p) : s.n;
	if (*s.p == '[' && !end)
		return false;
	if (!host_text(s.p + (*s.p == '['), n - (*s.p == '['), host))
		return false;
	n += *s.p == '[';
	if (n == s.n)
		return true;
	digits = s.n - n - 1;
	if (s.p[n] != ':' || !digits || digits > 5)
		return false;
	*port = 0;
	for (const char *d = s.p + n + 1; d < s.p + s.n; d++) {
		if (*d < '0' || *d > '9')
			return false;
		*port = *port * 10 + (unsigned)(*d - '0');
	}
	return *port > 0 && *port <= 65535;
}

/* METHOD TARGET HTTP/1.x */
static void read_first(struct span line, struct head *h)
{
	const char *a = memchr(line.p, ' ', line.n), *end = line.p + line.n;
	const char *b = a ? memchr(a + 1, ' ', (size_t)(end - a - 1)) : NULL;
	struct span method = {line.p, a ? (size_t)(a - line.p) : 0}, target, host = {0};
	const char *path;

	h->bad = "is no request of HTTP/1";
	if (!b || !method.n || (size_t)(end - b) != 9 || memcmp(b, " HTTP/1.", 8) != 0 ||
		(b[8] != '0' && b[8] != '1'))
		return;
	target = (struct span){a + 1, (size_t)(b - a - 1)};
	h->connect = is(method, "CONNECT");
	path = target.p;
	if (h->connect) {
		host = target;
	} else if (target.n && *target.p == '/') {
		h->bad = NULL;
	} else {
		if (target.n < 8 || strncasecmp(target.p, "http://", 7) != 0)
			return;
		h->absolute = true;
		path = target.p + 7;
		while (path < b && *path != '/' && *path != '?' && *path != '#')
			path++;
		host = (struct span){target.p + 7, (size_t)(path - target.p - 7)};
	}
	if (h->connect || h->absolute)
		h->bad = read_authority(host, h->connect ? HTTPS_PORT : HTTP_PORT,
				 h->host, &h->port)
				 ? NULL
				 : "is neither a name nor an address in its usual form";
	buf_add(&h->out, method.p, method.n);
	buf_adds(&h->out, path < b && *path == '/' ? " " : " /");
	buf_add(&h->out, path, (size_t)(end - path));
	buf_adds(&h->out, "\r\n");
}

/* Between us and the client, or for keeping the connection, which has one request. */
static bool is_ours(struct span name)
{
	return is(name, "Connection") || is(name, "Keep-Alive") ||
	       is(name, "Proxy-Connection") || is(name, "Proxy-Authorization") ||
	       is(name, "TE");
}

static void read_host(struct span value, struct head *h, bool *seen)
{
	char host[HOST_MAX];
	unsigned port;

	if (*seen || !read_authority(value, HTTP_PORT, host, &port))
		h->bad = "has no clear Host";
	else if ((h->absolute && (strcmp(host, h->host) != 0 || port != h->port)))
		h->bad = "was asked for with the Host of another";
	*seen = true;
	if (h->bad)
		return;
	memcpy(h->host, host, sizeof host);
	h->port = port;
}

static void read_line(struct span line, struct head *h, bool *seen)
{
	const char *colon = memchr(line.p, ':', line.n);
	struct span name = {line.p, colon ? (size_t)(colon - line.p) : 0}, value;

	if (!name.n || memchr(name.p, ' ', name.n) || memchr(name.p, '\t', name.n)) {
		h->bad = "has a head that is not clear";
		return;
	}
	value = (struct span){colon + 1, line.n - name.n - 1};
	while (value.n && (*value.p == ' ' || *value.p == '\t')) {
		value.p++;
		value.n--;
	}
	while (value.n && (value.p[value.n - 1] == ' ' || value.p[value.n - 1] == '\t'))
		value.n--;
	if (is(name, "Upgrade"))
		h->bad = "was asked for another protocol";
	else if (is(name, "Host"))
		read_host(value, h, seen);
	if (is_ours(name))
		return;
	buf_add(&h->out, line.p, line.n);
	buf_adds(&h->out, "\r\n");
}

void head_read(const char *text, size_t n, struct head *h)
{
	const char *end = text + n - 2;
	bool first = true, seen = false;

	*h = (struct head){0};
	for (const char *p = text; p < end;) {
		const char *stop = memmem(p, (size_t)(end - p) + 2, "\r\n", 2);
		struct span line = {p, (size_t)(stop - p)};

		if (memchr(p, '\n', line.n) || memchr(p, '\r', line.n) ||
			memchr(p, '\0', line.n))
			h->bad = "has a head that is not clear";
		else if (first)
			read_first(line, h);
		else if (!h->connect)
			read_line(line, h, &seen);
		if (h->bad)
			return;
		first = false;
		p = stop + 2;
	}
	if (!h->connect && !seen)
		h->bad = "has no clear Host";
	buf_adds(&h->out, "Connection: close\r\n\r\n");
}
