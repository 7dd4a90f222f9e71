/* SPDX-License-Identifier: MIT */
/* What a container that ended at once may have lacked. */
#ifndef CNNRUN_LAUNCH_HINT_H
#define CNNRUN_LAUNCH_HINT_H

#include "plan/resolved.h"

enum { HINT_MS = 10000 }; /* so soon an entrypoint fails, hardly a program at work */

/* Is it worth while to listen to what a container of s says first? */
bool hint_listens(const struct resolved *s);
/* One line with the cure, where the container's own words are those of an entrypoint that
 * may not do what docker's default rights let it do. */
void hint_rights(const struct resolved *s, const char *said);

#endif
