/* SPDX-License-Identifier: MIT */
#include "plan/host_rule.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct rule {
	char host[HOST_MAX];
	bool below, address;
	unsigned port; /* 0 = those of HTTP and HTTPS */
};

static bool is_address(const char *s)
{
	unsigned char bytes[16];
	char usual[INET6_ADDRSTRLEN];

	for (int family = AF_INET;; family = AF_INET6) {
		if (inet_pton(family, s, bytes) == 1)
			return inet_ntop(family, bytes, usual, sizeof usual) &&
			       !strcmp(usual, s);
		if (family == AF_INET6)
			return false;
	}
}

static bool is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

/* The last label begins with a letter: what resolvers take for a number ("0x7f.1") is no
 * name. */
static bool is_name(const char *s)
{
	size_t n = strlen(s), label = 0;
	const char *last = strrchr(s, '.');

	if (!n || n >= HOST_MAX || !is_letter(last ? last[1] : *s))
		return false;
	for (size_t i = 0; i <= n; i++) {
		if (s[i] && s[i] != '.') {
			if (!is_letter(s[i]) && !(s[i] >= '0' && s[i] <= '9') &&
				s[i] != '_' && s[i] != '-')
				return false;
			label++;
			continue;
		}
		if (!label || label > 63)
			return false;
		label = 0;
	}
	return true;
}

bool host_text(const char *text, size_t n, char out[HOST_MAX])
{
	if (n && text[n - 1] == '.')
		n--;
	if (!n || n >= HOST_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		out[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a')
							  : text[i];
	out[n] = '\0';
	return strlen(out) == n && (is_name(out) || is_address(out));
}

static bool read_port(const char *s, unsigned *out)
{
	size_t n = strspn(s, "0123456789");

	if (!n || n > 5 || s[n] || *s == '0')
		return false;
	*out = (unsigned)atoi(s);
	return *out <= 65535;
}

static bool read_rule(const char *s, struct rule *r)
{
	const char *end, *host = s;

	*r = (struct rule){.below = !strncmp(s, "*.", 2)};
	if (r->below)
		host += 2;
	if (*host == '[') {
		end = strchr(++host, ']');
		if (!end || r->below || !host_text(host, (size_t)(end - host), r->host) ||
			!strchr(r->host, ':'))
			return false;
		end++;
	} else {
		end = host + strcspn(host, ":");
		if (!host_text(host, (size_t)(end - host), r->host) || end[-1] == '.')
			return false;
	}
	if (*end && (*end != ':' || !read_port(end + 1, &r->port)))
		return false;
	r->address = is_address(r->host);
	/* all of "com" is no list */
	return !r->below || (!r->address && strchr(r->host, '.'));
}

int check_host_rule(const char *s, struct err *e)
{
	struct rule r;

	if (read_rule(s, &r))
		return 0;
	return err_set(e, EINVAL,
		"\"%s\" must be a host, like \"example.org\", \"*.example.org:443\" or "
		"\"192.168.1.5:8080\"; a name in other letters is written as xn--",
		s);
}

bool host_rule_is_address(const char *rule)
{
	struct rule r;

	return read_rule(rule, &r) && r.address;
}

unsigned host_rule_port(const char *rule)
{
	struct rule r;

	return read_rule(rule, &r) ? r.port : 0;
}

static bool is_host_of(const struct rule *r, const char *host)
{
	size_t n = strlen(host), k = strlen(r->host);

	if (!r->below)
		return !strcmp(host, r->host);
	return n > k + 1 && host[n - k - 1] == '.' && !strcmp(host + n - k, r->host);
}

bool host_rule_lists(const char *rule, const char *host, unsigned port)
{
	struct rule r;

	if (!read_rule(rule, &r) || !is_host_of(&r, host))
		return false;
	return !port || port == r.port ||
	       (!r.port && (port == HTTP_PORT || port == HTTPS_PORT));
}

bool host_rule_covers(const char *granted, const char *wanted)
{
	struct rule g, w;

	if (!granted || !wanted || !read_rule(granted, &g) || !read_rule(wanted, &w))
		return false;
	if (g.port != w.port && (g.port || (w.port != HTTP_PORT && w.port != HTTPS_PORT)))
		return false;
	if (w.below && !g.below)
		return false;
	return is_host_of(&g, w.host) || (w.below && !strcmp(g.host, w.host));
}
