/* SPDX-License-Identifier: MIT */
/* The primitives' files and the one table of them; private to plan/. */
#ifndef CNNRUN_PLAN_PRIMITIVES_H
#define CNNRUN_PLAN_PRIMITIVES_H

#include "plan/fields.h"
#include "plan/plan.h"

extern const struct primitive primitive_build, primitive_mounts, primitive_user,
	primitive_home, primitive_gpus, primitive_display, primitive_xhost,
	primitive_wayland, primitive_audio, primitive_dbus, primitive_command,
	primitive_entrypoint, primitive_ports, primitive_devices, primitive_ulimits;

/* Single-valued members of struct plan: strings, numbers, lists of strings. */
extern const struct field plan_scalars[];

/* Blank plan for comparing and for defaults. */
const struct plan *plan_blank(void);

#endif
