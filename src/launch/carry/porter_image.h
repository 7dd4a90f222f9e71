/* SPDX-License-Identifier: MIT */
/* The image that a porter's container is made of: the program, and nothing else. */
#ifndef CNNRUN_LAUNCH_CARRY_PORTER_IMAGE_H
#define CNNRUN_LAUNCH_CARRY_PORTER_IMAGE_H

#include "engine/engine.h"

#define PORTER_IMAGE  "cnnrun-porter"
#define PORTER_IMAGES PORTER_IMAGE ":*"

/* The id of that which has this program; made once an engine. The caller frees. */
int porter_image(struct engine *g, char **id, struct err *e);

#endif
