/* SPDX-License-Identifier: MIT */
/* Podman by its Docker-compatible API. */
#ifndef CNNRUN_ENGINE_PODMAN_H
#define CNNRUN_ENGINE_PODMAN_H

#include "engine/ops.h"

/* The request body of a create. The caller deletes. */
cJSON *podman_body(const struct engine_info *i, const struct resolved *s);

#endif
