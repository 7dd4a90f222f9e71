/* SPDX-License-Identifier: MIT */
/* display; wayland, audio, dbus: what of the desktop session the container gets. */
#include "plan/primitive/shapes.h"

static const char *const modes[] = {"none", "auto", "cookie", "xhost", NULL};

static const struct field fields[] = {
	{.key = "mode",
		.type = FIELD_ENUM,
		.offset = offsetof(struct plan_display, mode),
		.names = modes},
	{.key = "optional",
		.type = FIELD_BOOL,
		.offset = offsetof(struct plan_display, optional)},
	FIELDS_END,
};

const struct shape shape_display = {.fields = fields};

static const struct field socket_fields[] = {
	{.key = "",
		.type = FIELD_PRESENT,
		.offset = offsetof(struct plan_socket, wanted)},
	{.key = "optional",
		.type = FIELD_BOOL,
		.offset = offsetof(struct plan_socket, optional)},
	FIELDS_END,
};

const struct shape shape_socket = {.fields = socket_fields};
