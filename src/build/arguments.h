/* SPDX-License-Identifier: MIT */
/* The arguments of a build: the profile's, and what its builder adds by itself. */
#ifndef CNNRUN_BUILD_ARGUMENTS_H
#define CNNRUN_BUILD_ARGUMENTS_H

#include "plan/plan.h"

/* NAME=value of all build arguments, b->base included. */
void build_arguments(const struct plan_build *b, struct kvs *out);
/* Adds what BuildKit says of the platform to build for (NULL = this machine's) and of
 * this machine, TARGETARCH and so on, where out does not say otherwise. */
void platform_arguments(const char *platform, struct kvs *out);

#endif
