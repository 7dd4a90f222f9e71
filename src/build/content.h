/* SPDX-License-Identifier: MIT */
/* What a build's inputs hold, told so that it is the same on every machine. */
#ifndef CNNRUN_BUILD_CONTENT_H
#define CNNRUN_BUILD_CONTENT_H

#include "build/inputs.h"

/* Adds the digest of each entry at the top of a tree, by its name; of a directory, of all
 * that is in it and not ignored. What counts is what a checkout brings along: names,
 * bytes, links, and whether a file may be executed; no times and no owners. Of more
 * entries than fit a page there is one digest, of "." . skip, which may be NULL, is left
 * out. */
int content_digests(const struct build_input *root, const struct ignore *ignore,
	const char *skip, struct kvs *out, struct err *e);

#endif
