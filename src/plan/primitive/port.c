/* SPDX-License-Identifier: MIT */
/* port: published on 127.0.0.1 unless an address is given. */
#include <string.h>

#include "base/mem.h"
#include "plan/checks.h"
#include "plan/primitive/shapes.h"

#define AT(member) .offset = offsetof(struct plan_port, member)

static int check_protocol(const char *s, struct err *e)
{
	static const char *const ok[] = {"tcp", "udp", "sctp", NULL};

	return check_one_of(s, ok, e);
}

static const struct field fields[] = {
	{.key = "host_ip", .type = FIELD_STR, AT(host_ip), .check = check_ip},
	{.key = "host", .type = FIELD_UINT, AT(host), .max = 65535},
	{.key = "container", .type = FIELD_UINT, AT(container), .min = 1, .max = 65535},
	{.key = "host_end", .type = FIELD_UINT, AT(host_end), .max = 65535},
	{.key = "container_end", .type = FIELD_UINT, AT(container_end), .max = 65535},
	{.key = "protocol", .type = FIELD_STR, AT(protocol), .check = check_protocol},
	FIELDS_END,
};

unsigned port_count(const struct plan_port *p)
{
	return p->container_end ? p->container_end - p->container + 1 : 1;
}

bool port_is_here(const struct plan_port *p)
{
	return !strcmp(p->host_ip, "127.0.0.1") || !strcmp(p->host_ip, "::1");
}

static int check_range(struct plan_port *p, struct err *e)
{
	if ((p->host_end && p->host_end < p->host) ||
		(p->container_end && p->container_end < p->container))
		return err_set(e, 0, "the range ends before it begins");
	if (p->host_end && !p->host)
		return err_set(e, 0, "the host's range begins with no port");
	if (p->host && p->container_end &&
		p->host_end - p->host != p->container_end - p->container)
		return err_set(e, 0, "the two ranges are not of one length");
	if (p->host_end - p->host >= PORTS_MAX && p->host_end)
		return err_set(e, 0, "more than %d ports", PORTS_MAX);
	return 0;
}

static int complete(void *obj, struct err *e)
{
	struct plan_port *p = obj;

	if (!p->container)
		return err_set(e, 0, "container is missing: the port inside");
	if (check_range(p, e) < 0)
		return -1;
	if (!p->host_ip)
		p->host_ip = xstrdup("127.0.0.1");
	if (!p->protocol)
		p->protocol = xstrdup("tcp");
	return 0;
}

/* "8000", "8000-8010" */
static char *range(unsigned from, unsigned to)
{
	return to ? xasprintf("%u-%u", from, to) : xasprintf("%u", from);
}

char *port_where(const struct plan_port *p)
{
	const char *l = strchr(p->host_ip, ':') ? "[" : "", *r = *l ? "]" : "";
	AUTO_FREE char *host =
		p->host ? range(p->host, p->host_end) : xstrdup("a free one");

	if (!strcmp(p->host_ip, "127.0.0.1"))
		return xstrdup(host);
	return xasprintf("%s%s%s:%s", l, p->host_ip, r, host);
}

static char *text(const void *obj)
{
	const struct plan_port *p = obj;
	const char *l = strchr(p->host_ip, ':') ? "[" : "", *r = *l ? "]" : "";
	AUTO_FREE char *host = p->host ? range(p->host, p->host_end) : xstrdup("");
	AUTO_FREE char *inside = range(p->container, p->container_end);

	return xasprintf("%s%s%s:%s:%s/%s", l, p->host_ip, r, host, inside, p->protocol);
}

const struct shape shape_port = {.fields = fields,
	.size = sizeof(struct plan_port),
	.blank = &(const struct plan_port){0},
	.complete = complete,
	.text = text};
