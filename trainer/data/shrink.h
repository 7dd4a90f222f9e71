/* SPDX-License-Identifier: MIT */
/* A picture of any size, row by row, into side × side means of areas. */
#ifndef TRAINER_SHRINK_H
#define TRAINER_SHRINK_H

#include "base/err.h"
#include "net/net.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
	PICTURE_MOST_SIDE = 16384,
	PICTURE_MOST_MEMORY = 64 << 20, /* for one that cannot be read row by row */
};

struct shrink {
	int width, height, side, row;
	int orientation; /* EXIF's: 1 to 8 */
	uint64_t sums[NET_SIDE][NET_SIDE][3];
};

/* -1 when it is too large. */
int shrink_begin(struct shrink *s, unsigned width, unsigned height, struct err *e);
/* The next row: (width) × 3 colours. */
void shrink_row(struct shrink *s, const uint8_t *rgb);
/* The mean of colour c, as the picture is to be looked at. */
double shrink_mean(const struct shrink *s, int x, int y, int c);

/* The orientation that an EXIF block (TIFF) tells, or 1. */
int exif_orientation(const uint8_t *data, size_t size);

/* Readers of a format each, from a file whose first bytes are it. -1 with e's line saying
 * only what is wrong. */
int png_shrink(FILE *in, struct shrink *s, struct err *e);
int jpeg_shrink(FILE *in, struct shrink *s, struct err *e);

#endif
