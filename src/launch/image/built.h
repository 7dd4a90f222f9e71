/* SPDX-License-Identifier: MIT */
/* The images that cnnrun has built, as its records of them say. */
#ifndef CNNRUN_LAUNCH_BUILT_H
#define CNNRUN_LAUNCH_BUILT_H

#include "base/strv.h"

/* Adds the name that each got → its id, on whatever engine they are. *dir, the caller's,
 * is where the records are. Returns how many there are. */
size_t built_images(char **dir, struct kvs *out);
/* Removes the records: the next build of each is asked of its engine. */
void built_forget(void);

#endif
