/* SPDX-License-Identifier: MIT */
#include "engine/wire/endpoint.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/buf.h"

enum { PATH_MAX_BYTES = 100, NAME_MAX_BYTES = 253 };

static const struct {
	const char *scheme;
	enum endpoint_kind kind;
} schemes[] = {
	{"unix", AT_UNIX},
	{"ssh", AT_SSH},
	{"tcp", AT_TCP},
	{"https", AT_TCP},
	{"http", AT_PLAIN},
};

void endpoint_free(struct endpoint *p)
{
	free(p->user);
	free(p->host);
	free(p->port);
	free(p->path);
	*p = (struct endpoint){0};
}

/* Letters, digits and these; first neither a dash nor nothing. */
static bool is_plain(const char *s, const char *more, size_t max)
{
	size_t n = 0;

	for (; s[n]; n++)
		if (!isascii((unsigned char)s[n]) ||
			(!isalnum((unsigned char)s[n]) && !strchr(more, s[n])))
			return false;
	return n && n <= max && *s != '-';
}

static bool is_port(const char *s)
{
	long n = strtol(s, NULL, 10);

	return strspn(s, "0123456789") == strlen(s) && strlen(s) < 6 && n > 0 &&
	       n < 65536;
}

/* "host", "host:port", "[::1]:port". */
static int set_host(struct endpoint *p, const char *s, struct err *e)
{
	bool six = *s == '[';
	const char *end = six ? strchr(s, ']') : strchr(s, ':');
	const char *port = end ? end + six : NULL;
	AUTO_FREE char *host =
		end ? xstrndup(s + six, (size_t)(end - s) - (size_t)six) : xstrdup(s);

	if ((six && !end) || !is_plain(host, six ? ":." : ".-_", NAME_MAX_BYTES))
		return err_set(e, EINVAL,
			"the engine's address has no host that one can be called");
	if (port && *port && (*port != ':' || !is_port(port + 1)))
		return err_set(e, EINVAL, "the engine's address has no valid port");
	p->host = xstrdup(host);
	if (port && *port)
		p->port = xasprintf("%ld", strtol(port + 1, NULL, 10));
	return 0;
}

static int set_path(struct endpoint *p, const char *path, struct err *e)
{
	if (!strcmp(path, "/"))
		return 0;
	if (p->kind != AT_SSH)
		return err_set(e, EINVAL, "the engine's address ends after its port");
	if (strlen(path) > PATH_MAX_BYTES || strstr(path, "/..") ||
		!is_plain(path, "/._-+=@", PATH_MAX_BYTES))
		return err_set(e, EINVAL,
			"the path of a socket in the engine's address has letters, "
			"digits and /._-+=@ only");
	p->path = xstrdup(path);
	return 0;
}

static int set_user(struct endpoint *p, const char *user, struct err *e)
{
	if (p->kind != AT_SSH || strchr(user, ':'))
		return err_set(e, EINVAL,
			"the engine's address has room for no password: ssh asks for it, "
			"TLS takes certificates");
	if (!is_plain(user, "._-", NAME_MAX_BYTES))
		return err_set(
			e, EINVAL, "the engine's address has no user that can be one");
	p->user = xstrdup(user);
	return 0;
}

/* [user@]host[:port][/path] */
static int set_far(struct endpoint *p, const char *rest, struct err *e)
{
	size_t n = strcspn(rest, "/");
	AUTO_FREE char *where = xstrndup(rest, n);
	char *at = strrchr(where, '@');

	if (at)
		*at = 0;
	if (at && set_user(p, where, e) < 0)
		return -1;
	if (set_host(p, at ? at + 1 : where, e) < 0)
		return -1;
	return rest[n] ? set_path(p, rest + n, e) : 0;
}

int endpoint_parse(const char *url, struct endpoint *out, struct err *e)
{
	const char *rest = strstr(url, "://");
	size_t n = rest ? (size_t)(rest - url) : 0, i = 0;

	*out = (struct endpoint){0};
	while (i < COUNT_OF(schemes) &&
		(strlen(schemes[i].scheme) != n ||
			strncasecmp(schemes[i].scheme, url, n) != 0))
		i++;
	if (!rest || i == COUNT_OF(schemes))
		return err_set(e, EPROTONOSUPPORT,
			"an engine's address is unix:///path/to/socket, "
			"ssh://user@host or tcp://host:port");
	out->kind = schemes[i].kind;
	if (out->kind != AT_UNIX) {
		if (set_far(out, rest + 3, e) == 0)
			return 0;
		endpoint_free(out);
		return -1;
	}
	if (rest[3] != '/')
		return err_set(e, EINVAL,
			"an engine's address unix:// goes on with an absolute path");
	out->path = xstrdup(rest + 3);
	return 0;
}

char *endpoint_url(const struct endpoint *p)
{
	static const char *const names[] = {"unix", "ssh", "tcp", "http"};
	bool six = p->host && strchr(p->host, ':');
	AUTO_BUF struct buf b = {0};

	buf_addf(&b, "%s://", names[p->kind]);
	if (p->user)
		buf_addf(&b, "%s@", p->user);
	if (p->host)
		buf_addf(&b, "%s%s%s", six ? "[" : "", p->host, six ? "]" : "");
	if (p->port)
		buf_addf(&b, ":%s", p->port);
	if (p->path)
		buf_adds(&b, p->path);
	return buf_take(&b);
}
