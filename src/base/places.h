/* SPDX-License-Identifier: MIT */
/* The private directories of what runs: records of launches, sockets. */
#ifndef CNNRUN_BASE_PLACES_H
#define CNNRUN_BASE_PLACES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* $XDG_RUNTIME_DIR/cnnrun where that is this user's. Else /tmp/cnnrun-UID; where somebody
 * else was there first, or no room is left, a directory of the user's own state. */
enum place { PLACE_RUNTIME, PLACE_TMP, PLACE_STATE, PLACES };

/* Is a record to be made there, if the places before it could not be used? */
bool place_is_for_records(enum place p);
/* Made 0700 where it is missing, and checked to be this user's alone. */
int place_make(enum place p, char **dir, struct err *e);
/* The same of one that is there; false = there is nothing of this user's. */
bool place_find(enum place p, char **dir);

#endif
