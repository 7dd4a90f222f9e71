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
	{.key = "protocol", .type = FIELD_STR, AT(protocol), .check = check_protocol},
	FIELDS_END,
};

static int complete(void *obj, struct err *e)
{
	struct plan_port *p = obj;

	if (!p->container)
		return err_set(e, 0, "container is missing: the port inside");
	if (!p->host_ip)
		p->host_ip = xstrdup("127.0.0.1");
	if (!p->protocol)
		p->protocol = xstrdup("tcp");
	return 0;
}

static char *text(const void *obj)
{
	const struct plan_port *p = obj;
	const char *l = strchr(p->host_ip, ':') ? "[" : "", *r = *l ? "]" : "";
	AUTO_FREE char *host = p->host ? xasprintf("%u", p->host) : xstrdup("");

	return xasprintf(
		"%s%s%s:%s:%u/%s", l, p->host_ip, r, host, p->container, p->protocol);
}

const struct shape shape_port = {.fields = fields,
	.size = sizeof(struct plan_port),
	.blank = &(const struct plan_port){0},
	.complete = complete,
	.text = text};
