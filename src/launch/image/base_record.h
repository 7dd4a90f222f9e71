/* SPDX-License-Identifier: MIT */
/* Which stand-in bases this user's cnnrun made: a name alone is anybody's to give. */
#ifndef CNNRUN_LAUNCH_BASE_RECORD_H
#define CNNRUN_LAUNCH_BASE_RECORD_H

#include <stdbool.h>

#include "engine/engine.h"

/* Is the image of this name the one that was made? */
bool base_is_ours(struct engine *g, const char *ref, const char *id);
/* It was. What cannot be kept is made anew the next time. */
void base_keep(struct engine *g, const char *ref, const char *id);

#endif
