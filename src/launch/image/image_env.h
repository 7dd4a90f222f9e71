/* SPDX-License-Identifier: MIT */
/* What a run's variables are besides those of its image. */
#ifndef CNNRUN_LAUNCH_IMAGE_ENV_H
#define CNNRUN_LAUNCH_IMAGE_ENV_H

#include "plan/resolved.h"

/* Adds to s, now that the image's variables ("NAME=value") are known: a language in which
 * all letters are letters where nobody says one, and the word that has programs look at
 * the time zone that s puts in rather than at the image's variable. */
void image_env(const struct strv *of_image, struct resolved *s);

#endif
