/* SPDX-License-Identifier: MIT */
/* The primitives that have parts: a file and a table of fields each. */
#ifndef CNNRUN_PLAN_PRIMITIVE_SHAPES_H
#define CNNRUN_PLAN_PRIMITIVE_SHAPES_H

#include "plan/fields.h"
#include "plan/plan.h"

/* Of enum carried. */
extern const char *const carry_words[];
extern const struct shape shape_build, shape_mount, shape_user, shape_home, shape_gpus,
	shape_display, shape_socket, shape_port, shape_device, shape_ulimit,
	shape_env_file, shape_prepare, shape_ready, shape_tasks, shape_checkpoint,
	shape_sweep, shape_after_job;

#endif
