/* SPDX-License-Identifier: MIT */
/* display, xhost, wayland, audio, dbus: what of the desktop session the container gets.
 */
#include "plan/primitives.h"

static const char *const modes[] = {"none", "auto", "cookie", "xhost", NULL};

static const struct field display_fields[] = {
	{.key = "mode",
		.type = FIELD_ENUM,
		.offset = offsetof(struct plan_display, mode),
		.names = modes},
	{.key = "optional",
		.type = FIELD_BOOL,
		.offset = offsetof(struct plan_display, optional)},
	FIELDS_END,
};

static int read_display(struct plan *p, const cJSON *v, struct err *e)
{
	p->display.mode = DISPLAY_AUTO;
	return fields_read(&p->display, display_fields, v, e);
}

static cJSON *write_display(const struct plan *p)
{
	cJSON *o;

	if (p->display.mode == DISPLAY_NONE)
		return NULL;
	o = cJSON_CreateObject();
	fields_write(&p->display, &plan_blank()->display, display_fields, o);
	return o;
}

const struct primitive primitive_display = {"display", read_display, write_display};

static const char *const xhost_modes[] = {"none", "user", "local", NULL};

static const struct field xhost_field = {.key = "xhost",
	.type = FIELD_ENUM,
	.offset = offsetof(struct plan, xhost),
	.names = xhost_modes};

static int read_xhost(struct plan *p, const cJSON *v, struct err *e)
{
	return field_read(p, &xhost_field, v, e);
}

static cJSON *write_xhost(const struct plan *p)
{
	return field_write(p, plan_blank(), &xhost_field);
}

const struct primitive primitive_xhost = {"xhost", read_xhost, write_xhost};

static const struct field socket_fields[] = {
	{.key = "optional",
		.type = FIELD_BOOL,
		.offset = offsetof(struct plan_socket, optional)},
	FIELDS_END,
};

static int read_socket(struct plan_socket *s, const cJSON *v, struct err *e)
{
	s->wanted = true;
	/* an empty Lua table may come as an empty list */
	if (cJSON_IsArray(v) && !v->child)
		return 0;
	return fields_read(s, socket_fields, v, e);
}

static cJSON *write_socket(const struct plan_socket *s)
{
	static const struct plan_socket blank;
	cJSON *o = s->wanted ? cJSON_CreateObject() : NULL;

	if (o)
		fields_write(s, &blank, socket_fields, o);
	return o;
}

#define SOCKET(name)                                                                     \
	static int read_##name(struct plan *p, const cJSON *v, struct err *e)            \
	{                                                                                \
		return read_socket(&p->name, v, e);                                      \
	}                                                                                \
	static cJSON *write_##name(const struct plan *p)                                 \
	{                                                                                \
		return write_socket(&p->name);                                           \
	}                                                                                \
	const struct primitive primitive_##name = {#name, read_##name, write_##name}

SOCKET(wayland);
SOCKET(audio);
SOCKET(dbus);
