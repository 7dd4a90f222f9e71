/* SPDX-License-Identifier: MIT */
/* Engines that have a name: docker's contexts and Podman's connections. */
#ifndef CNNRUN_ENGINE_CONTEXTS_H
#define CNNRUN_ENGINE_CONTEXTS_H

#include "base/err.h"
#include "base/strv.h"

/* An address, normalised; what else it takes to get there is noted. */
int engine_at_host(const char *host, char **url, struct err *e);

/* Where the docker context points to, or, where there is none of that name, Podman's
 * connection. */
int context_find(const char *name, char **url, struct err *e);
/* Where Podman's connection points to. */
int connection_find(const char *name, char **url, struct err *e);
/* The names of all of them. */
void context_names(struct strv *out);
void connection_names(struct strv *out);

#endif
