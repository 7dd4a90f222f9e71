/* SPDX-License-Identifier: MIT */
/* What a container that ended at once, or a step of its making, may have lacked. */
#ifndef CNNRUN_LAUNCH_HINT_H
#define CNNRUN_LAUNCH_HINT_H

#include "base/buf.h"
#include "plan/resolved.h"

enum { HINT_MS = 10000 }; /* so soon an entrypoint fails, hardly a program at work */

/* Is it worth while to listen to what a container of s says? */
bool hint_listens(const struct resolved *s);
/* The end of that. */
struct heard {
	struct buf
		of[2]; /* errors by themselves: they come before output that is older */
};
void hint_hear(struct heard *h, int channel, const char *data, size_t n);
void heard_free(struct heard *h);
#define AUTO_HEARD __attribute__((cleanup(heard_free)))

/* One line with the cure, where the words of what ended with this status are those of a
 * program that may not do what docker's default rights let it do. root: it ran as root,
 * whoever the container's user is. */
void hint_rights(const struct resolved *s, bool root, int status, const struct heard *h);

#endif
