/* SPDX-License-Identifier: MIT */
/* Texts with places: "\1NAME\2" stands for what differs from machine to machine. Each
 * kind of file has its own way to write one. */
#ifndef CNNRUN_CONVERT_PLACE_H
#define CNNRUN_CONVERT_PLACE_H

#include <stdbool.h>

#include "base/buf.h"

#define PLACE(name)   "\1" name "\2"
#define PLACE_PROJECT PLACE("project") /* its directory */
#define PLACE_RUN     PLACE("run")     /* a name for what is started together */
#define PLACE_UID     PLACE("uid")     /* of whoever starts it */
#define PLACE_GID     PLACE("gid")

/* A part of such a text. */
struct piece {
	const char *text; /* of the text between places, or a place's name */
	size_t n;
	bool place;
	const char *next;
};
/* Zero-initialise, with next the text; false at its end. */
bool piece_next(struct piece *x);
/* As one word of a shell, whose variables have the places' names. */
void place_word(struct buf *b, const char *s);

#endif
