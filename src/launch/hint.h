/* SPDX-License-Identifier: MIT */
/* What a container that ended at once, or a step of its making, may have lacked. */
#ifndef CNNRUN_LAUNCH_HINT_H
#define CNNRUN_LAUNCH_HINT_H

#include "base/buf.h"
#include "plan/resolved.h"

enum { HINT_MS = 10000 }; /* so soon an entrypoint fails, hardly a program at work */

/* Is it worth while to listen to what a container of s says? */
bool hint_listens(const struct resolved *s);
/* Keeps the end of it. */
void hint_hear(struct buf *heard, const char *data, size_t n);
/* One line with the cure, where the words of what ended with this status are those of a
 * program that may not do what docker's default rights let it do. root: it ran as root,
 * whoever the container's user is. */
void hint_rights(
	const struct resolved *s, bool root, int status, const struct buf *heard);

#endif
