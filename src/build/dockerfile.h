/* SPDX-License-Identifier: MIT */
/* What a Dockerfile's text says of the images it starts from. */
#ifndef CNNRUN_BUILD_DOCKERFILE_H
#define CNNRUN_BUILD_DOCKERFILE_H

#include "base/strv.h"

/* The external images that the text's stages start from. Those whose names only the
 * engine can tell (newer frontends' substitutions) are left out. true = no stage starts
 * from anything else: nothing was left out, nothing is built from scratch. others (may be
 * NULL): the images that steps take files from. */
bool dockerfile_bases(const char *text, size_t n, const struct kvs *arguments,
	struct strv *out, struct strv *others);

#endif
