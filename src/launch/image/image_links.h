/* SPDX-License-Identifier: MIT */
/* An image may have a symlink in the place of a directory that files are put into, and
 * that link may lead into a mount: the engine would write there, on the host, as root.
 * */
#ifndef CNNRUN_LAUNCH_IMAGE_LINKS_H
#define CNNRUN_LAUNCH_IMAGE_LINKS_H

#include "engine/engine.h"
#include "plan/resolved.h"

/* Refuses such an image for the resolved plan's files, where a mount can be written to.
 * id is the created container's. What was found good is noted for the image's next
 * launch. */
int image_links_check(
	struct engine *g, const struct resolved *s, const char *id, struct err *e);

#endif
