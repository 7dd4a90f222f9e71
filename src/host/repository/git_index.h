/* SPDX-License-Identifier: MIT */
/* Git's index, as far as it says where submodules are. */
#ifndef CNNRUN_HOST_GIT_INDEX_H
#define CNNRUN_HOST_GIT_INDEX_H

#include "base/buf.h"
#include "base/strv.h"

/* Adds the path of each submodule, as the index has it; -1 where this is no index that
 * git could read either. */
int git_index_submodules(const struct buf *index, struct strv *out);

#endif
