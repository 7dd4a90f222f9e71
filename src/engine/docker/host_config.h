/* SPDX-License-Identifier: MIT */
/* What a container gets of the host. */
#ifndef CNNRUN_ENGINE_HOST_CONFIG_H
#define CNNRUN_ENGINE_HOST_CONFIG_H

#include "engine/engine.h"
#include "plan/resolved.h"

/* The HostConfig of a create request. The caller deletes. */
cJSON *host_config(const struct engine_info *i, const struct resolved *s);
/* Of HostConfig.Tmpfs; whose it is, is not among them. */
void tmpfs_options(struct buf *b, const struct resolved_mount *m);
/* "80/tcp". The caller frees. */
char *port_key(const struct plan_port *p, unsigned i);

#endif
