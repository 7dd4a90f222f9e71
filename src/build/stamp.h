/* SPDX-License-Identifier: MIT */
/* Has a build's input changed? */
#ifndef CNNRUN_BUILD_STAMP_H
#define CNNRUN_BUILD_STAMP_H

#include "build/inputs.h"

/* A digest (hex) of all inputs of the build that this side knows: Dockerfile and
 * .dockerignore bytes, arguments, target, labels, platform, and of each file of a context
 * its path, type, mode, size, mtime and inode (symlinks: their text). No file is read,
 * and a secret counts for nothing, as with docker. The caller frees. */
int build_stamp(const struct build_inputs *in, const struct plan_build *b, char **hex,
	struct err *e);

#endif
