/* SPDX-License-Identifier: MIT */
/* What is known of an image, kept in the user's cache under its id and the engine that
 * told it: an image never changes, but engines lay different things of theirs over it. */
#ifndef CNNRUN_LAUNCH_IMAGE_NOTES_H
#define CNNRUN_LAUNCH_IMAGE_NOTES_H

#include <stdbool.h>

#include "base/buf.h"
#include "engine/engine.h"

/* The note of that name on the image; false = none. One that is damaged, a link, or that
 * another user could have written is none. */
bool image_notes_read(
	const struct engine *g, const char *image_id, const char *name, struct buf *out);
void image_notes_write(const struct engine *g, const char *image_id, const char *name,
	const struct buf *note);

#endif
