/* SPDX-License-Identifier: MIT */
/* What a Dockerfile's text says of the images it is made from. */
#ifndef CNNRUN_BUILD_DOCKERFILE_H
#define CNNRUN_BUILD_DOCKERFILE_H

#include "base/strv.h"

/* The external images that the text's stages start from, and those that its steps take
 * files from. Those whose names only the engine can tell (newer frontends'
 * substitutions) are left out. true = no stage starts from anything else: nothing was
 * left out, nothing is built from scratch. */
bool dockerfile_images(const char *text, size_t n, const struct kvs *arguments,
	struct strv *bases, struct strv *sources);

/* Where an image is named: by that word of a FROM, or as what a step takes from (word
 * NULL), by the instruction that is text[from..to). */
struct dockerfile_places {
	void (*each)(
		void *ctx, const char *name, const char *word, size_t from, size_t to);
	void *ctx;
};
bool dockerfile_read(const char *text, size_t n, const struct kvs *arguments,
	struct strv *bases, struct strv *sources, const struct dockerfile_places *places);

#endif
