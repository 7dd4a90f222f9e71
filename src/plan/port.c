/* SPDX-License-Identifier: MIT */
/* ports: published on 127.0.0.1 unless an address is given. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan/primitives.h"

struct raw_port {
	char *host_ip, *protocol;
	int64_t host, container;
};

#define AT(member) offsetof(struct raw_port, member)

static int check_protocol(const char *s, struct err *e)
{
	if (!strcmp(s, "tcp") || !strcmp(s, "udp") || !strcmp(s, "sctp"))
		return 0;
	return err_set(e, 0, "must be \"tcp\", \"udp\" or \"sctp\"");
}

static const struct field fields[] = {
	{.key = "host_ip", .type = FIELD_STR, .offset = AT(host_ip), .check = check_ip},
	{.key = "protocol",
		.type = FIELD_STR,
		.offset = AT(protocol),
		.check = check_protocol},
	{.key = "host", .type = FIELD_INT, .offset = AT(host), .max = 65535},
	{.key = "container",
		.type = FIELD_INT,
		.offset = AT(container),
		.min = 1,
		.max = 65535},
	FIELDS_END,
};

static int read_ports(struct plan *p, const cJSON *v, struct err *e)
{
	const cJSON *i;

	if (!cJSON_IsArray(v))
		return err_set(e, 0, "must be a list");
	cJSON_ArrayForEach(i, v)
	{
		struct raw_port r = {0};
		int rc = fields_read(&r, fields, i, e);

		if (!rc && !r.container)
			rc = err_set(e, 0, "container is missing: the port inside");
		if (!rc) {
			p->set.ports = xrealloc(p->set.ports,
				(p->set.n_ports + 1) * sizeof *p->set.ports);
			p->set.ports[p->set.n_ports++] = (struct plan_port){
				xstrdup(r.host_ip ? r.host_ip : "127.0.0.1"),
				(uint16_t)r.host, (uint16_t)r.container,
				xstrdup(r.protocol ? r.protocol : "tcp")};
		}
		free(r.host_ip);
		free(r.protocol);
		if (rc < 0)
			return -1;
	}
	return 0;
}

static cJSON *write_ports(const struct plan *p)
{
	static const struct raw_port blank;
	cJSON *a = p->set.n_ports ? cJSON_CreateArray() : NULL;

	for (size_t i = 0; i < p->set.n_ports; i++) {
		const struct plan_port *q = &p->set.ports[i];
		struct raw_port r = {q->host_ip, q->protocol, q->host, q->container};
		cJSON *o = cJSON_CreateObject();

		fields_write(&r, &blank, fields, o);
		cJSON_AddItemToArray(a, o);
	}
	return a;
}

const struct primitive primitive_ports = {"ports", read_ports, write_ports};
