/* SPDX-License-Identifier: MIT */
/* A directory with all below it. */
#ifndef CNNRUN_BASE_TREE_H
#define CNNRUN_BASE_TREE_H

#include "base/err.h"

/* Removes what can be removed of it, through no symlink: only its owner's processes may
 * change it meanwhile. e is of the first thing that stays. What is not there is fine. */
int tree_remove(const char *path, struct err *e);

#endif
