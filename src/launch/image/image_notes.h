/* SPDX-License-Identifier: MIT */
/* What is known of an image, kept under its id in the user's cache: an image never
 * changes. */
#ifndef CNNRUN_LAUNCH_IMAGE_NOTES_H
#define CNNRUN_LAUNCH_IMAGE_NOTES_H

#include <stdbool.h>

#include "base/buf.h"
#include "plan/resolved.h"

/* The note of that name on the resolved plan's image; false = none. */
bool image_notes_read(const struct resolved *s, const char *name, struct buf *out);
void image_notes_write(
	const struct resolved *s, const char *name, const struct buf *note);

#endif
