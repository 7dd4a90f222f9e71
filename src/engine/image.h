/* SPDX-License-Identifier: MIT */
/* Images: inspect, pull, build, import. */
#ifndef CNNRUN_ENGINE_IMAGE_H
#define CNNRUN_ENGINE_IMAGE_H

#include "engine/engine.h"
#include "plan/plan.h"
#include "plan/progress.h"

struct image {
	char *id; /* "sha256:…" */
	char *user, *workdir;
	struct strv env, entrypoint, command;
	struct kvs labels;
};
void image_free(struct image *i);
#define AUTO_IMAGE __attribute__((cleanup(image_free)))

/* *found = false when there is no such image (no error). out may be NULL. */
int image_inspect(
	struct engine *g, const char *ref, struct image *out, bool *found, struct err *e);
/* Pulls with the credentials of the docker config where it has some. */
int image_pull(struct engine *g, const char *ref, const char *platform,
	const struct progress_sink *sink, struct err *e);
/* Imports a root file system tar read from fd as ref; changes are Dockerfile lines. */
int image_import(struct engine *g, int fd, const char *ref, const struct strv *changes,
	const struct progress_sink *sink, char **id, struct err *e);
int image_remove(struct engine *g, const char *ref, struct err *e);

/* Builds and tags; b's context and dockerfile must be absolute here. BuildKit where the
 * engine has it (unless DOCKER_BUILDKIT=0), classic else. A failed step: its output has
 * gone to the sink, e names the step. SIGINT handling is the caller's: *cancel, when not
 * NULL, is polled and ends the build. *id is the caller's. */
int image_build(struct engine *g, const struct plan_build *b,
	const struct progress_sink *sink, const volatile int *cancel, char **id,
	struct err *e);
/* The external references a Dockerfile's stages start FROM, arguments substituted by
 * b->args and b->base. */
int image_build_bases(const struct plan_build *b, struct strv *out, struct err *e);

/* A digest (hex) of all inputs of the build that this side knows: Dockerfile and
 * .dockerignore bytes, arguments, target, labels, platform, and of each context file its
 * path, type, mode, size, mtime and inode (symlinks: their text). No file is read but
 * those two. The caller frees. */
int image_build_stamp(const struct plan_build *b, char **hex, struct err *e);

#endif
