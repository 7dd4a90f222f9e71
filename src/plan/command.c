/* SPDX-License-Identifier: MIT */
/* command and entrypoint: an empty list is not the same as none. */
#include "plan/primitives.h"

static const struct field command = {.key = "command",
	.type = FIELD_STRV,
	.offset = offsetof(struct plan, set.command)};
static const struct field entrypoint = {.key = "entrypoint",
	.type = FIELD_STRV,
	.offset = offsetof(struct plan, set.entrypoint)};

static int read_command(struct plan *p, const cJSON *v, struct err *e)
{
	p->set.has_command = true;
	return field_read(p, &command, v, e);
}

static cJSON *write_command(const struct plan *p)
{
	return p->set.has_command ? json_strv(&p->set.command) : NULL;
}

static int read_entrypoint(struct plan *p, const cJSON *v, struct err *e)
{
	p->set.has_entrypoint = true;
	return field_read(p, &entrypoint, v, e);
}

static cJSON *write_entrypoint(const struct plan *p)
{
	return p->set.has_entrypoint ? json_strv(&p->set.entrypoint) : NULL;
}

const struct primitive primitive_command = {"command", read_command, write_command};
const struct primitive primitive_entrypoint = {
	"entrypoint", read_entrypoint, write_entrypoint};
