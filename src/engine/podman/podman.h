/* SPDX-License-Identifier: MIT */
/* Podman by its Docker-compatible API, version 4 or newer. */
#ifndef CNNRUN_ENGINE_PODMAN_H
#define CNNRUN_ENGINE_PODMAN_H

#include "engine/ops.h"

/* The request body of a create. The caller deletes. */
cJSON *podman_body(const struct engine_info *i, const struct resolved *s);
int podman_create(struct engine *g, const struct resolved *s, char **id,
	struct strv *warnings, struct err *e);
int podman_wait(struct engine *g, const char *id, bool started,
	struct container_wait **out, struct err *e);

#endif
