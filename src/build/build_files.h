/* SPDX-License-Identifier: MIT */
/* What a build is made from: the context directory, the Dockerfile, the .dockerignore. */
#ifndef CNNRUN_ENGINE_BUILD_FILES_H
#define CNNRUN_ENGINE_BUILD_FILES_H

#include "build/ignore.h"
#include "plan/plan.h"

struct build_files {
	char *root;       /* the context, symlinks resolved */
	char *dockerfile; /* symlinks resolved */
	char *inside;     /* its path in the context, NULL when it lies outside */
	struct buf text;  /* of the Dockerfile */
	struct buf ignore_text;
	struct ignore ignore; /* lets through what the engine needs */
};
int build_files_read(const struct plan_build *b, struct build_files *out, struct err *e);
void build_files_free(struct build_files *f);
/* The Dockerfile's name in the tar: its own, or a made-up one when it lies outside or has
 * a name that no plain tar header holds. The caller frees. */
char *build_files_name(const struct build_files *f);
#define AUTO_BUILD_FILES __attribute__((cleanup(build_files_free)))

/* NAME=value of all build arguments, b->base included. */
void build_arguments(const struct plan_build *b, struct kvs *out);
/* Adds what BuildKit says of the platform to build for (NULL = this machine's) and of
 * this machine, TARGETARCH and so on, where out does not say otherwise. */
void platform_arguments(const char *platform, struct kvs *out);
/* The external images that the text's stages start from. Those whose names only the
 * engine can tell (newer frontends' substitutions) are left out. */
void dockerfile_bases(
	const char *text, size_t n, const struct kvs *arguments, struct strv *out);

#endif
