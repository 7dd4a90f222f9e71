/* SPDX-License-Identifier: MIT */
/* The packages of an image. */
#ifndef CNNRUN_LAUNCH_LOCK_SCAN_H
#define CNNRUN_LAUNCH_LOCK_SCAN_H

#include "base/json.h"
#include "engine/engine.h"

/* Reads all files of the image once, by a container of it that never starts, and notes
 * what was found under its id. packages_json() of them; the caller deletes. */
int image_packages(struct engine *g, const char *image, const char *image_id, cJSON **out,
	struct err *e);

#endif
