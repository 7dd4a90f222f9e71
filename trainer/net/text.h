/* SPDX-License-Identifier: MIT */
/* JSON as it is read: characters and strings. */
#ifndef TRAINER_TEXT_H
#define TRAINER_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* What is left to read. */
struct text {
	const char *at, *end;
};

/* Takes c, after spaces; false, and nothing but spaces taken, when another is there. */
bool text_accept(struct text *t, char c);

/* A string with its escapes, into to[room], ended by 0; to NULL: of any length, only
 * looked at. */
bool text_string(struct text *t, char *to, size_t room);

#endif
