/* SPDX-License-Identifier: MIT */
/* The layout of a plan in words: "subject    text", the subject on its first line only.
 */
#ifndef CNNRUN_CLI_SHOW_LINES_H
#define CNNRUN_CLI_SHOW_LINES_H

#include "base/buf.h"
#include "plan/resolved.h"
#include "profile/profile.h"
#include "right/right.h"

struct lines {
	struct buf *out;
	const char *subject; /* of the next line; "" once it stands there */
};

void line(struct lines *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Joined; words of a command (between is " ") are quoted as a shell needs it. The caller
 * frees. */
char *words(const struct strv *s, const char *between);

/* What reaches out of the container: mounts, GPUs, display. */
void show_reach(struct buf *out, const struct resolved *s);
/* Every setting that was made, and what holds when none was. */
void show_settings(struct buf *out, const struct plan *p, const struct resolved *s);
/* With what src is granted of them; shares: which containers of p need which. */
void show_rights(struct buf *out, const struct profile_source *src,
	const struct rights *rights, const struct plan *p, const struct rights *shares);

#endif
