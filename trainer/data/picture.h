/* SPDX-License-Identifier: MIT */
/* PNG and JPEG files as the network's input. */
#ifndef TRAINER_PICTURE_H
#define TRAINER_PICTURE_H

#include "base/err.h"

/* Any size; scaled to side × side by areas, made grey for channels = 1; values as those
 * of dataset_image: (channels, 32, 32), padded with black when side < 32. */
int picture_load(const char *path, int channels, int side, float *image, struct err *e);

#endif
