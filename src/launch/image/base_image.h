/* SPDX-License-Identifier: MIT */
/* The stand-in base image, for where no registry can be reached. */
#ifndef CNNRUN_LAUNCH_BASE_IMAGE_H
#define CNNRUN_LAUNCH_BASE_IMAGE_H

#include "engine/engine.h"
#include "plan/progress.h"

/* Makes sure that the engine has a base image of this machine's distribution: made by
 * debootstrap (half a minute, needs root or sudo), its tar kept in the cache. *ref and
 * *id are the caller's. */
int base_image_ensure(struct engine *g, const struct progress_sink *sink, char **ref,
	char **id, struct err *e);

#define BASE_IMAGES "cnnrun-base:*" /* the references of all of them */

#endif
