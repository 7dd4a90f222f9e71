/* SPDX-License-Identifier: MIT */
/* An image whose user's home belongs to your numbers: made once of the image, for engines
 * that cannot map users. */
#ifndef CNNRUN_LAUNCH_HOME_IMAGE_H
#define CNNRUN_LAUNCH_HOME_IMAGE_H

#include "engine/engine.h"
#include "host/passwd.h"

#define HOME_IMAGES "cnnrun-home:*" /* the references of all of them */

/* s, which runs as the numbers that who's home is to belong to, gets that image's id. */
int home_image(struct engine *g, struct resolved *s, const struct passwd_entry *who,
	struct err *e);

#endif
