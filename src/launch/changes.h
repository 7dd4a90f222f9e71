/* SPDX-License-Identifier: MIT */
/* What a container changed in the directories of yours that it could write: names and
 * sizes, as `git diff --stat` has them. Nothing in there is opened but directories, and
 * no program of theirs is run. */
#ifndef CNNRUN_LAUNCH_CHANGES_H
#define CNNRUN_LAUNCH_CHANGES_H

#include "plan/resolved.h"

/* How they are now, where the plan asks for that; NULL = it does not. */
struct changes;
struct changes *changes_begin(const struct resolved *s);
/* Says what is different now. */
void changes_say(const struct changes *c, const struct resolved *s);
void changes_free(struct changes *c); /* NULL is fine */

#endif
