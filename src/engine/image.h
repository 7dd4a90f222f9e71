/* SPDX-License-Identifier: MIT */
/* Images: inspect, pull, build, import. */
#ifndef CNNRUN_ENGINE_IMAGE_H
#define CNNRUN_ENGINE_IMAGE_H

#include <sys/stat.h>
#include <sys/types.h>

#include "base/strv.h"
#include "engine/engine.h"
#include "plan/progress.h"

struct image {
	char *id; /* "sha256:…" */
	char *user, *workdir;
	struct strv env, entrypoint, command;
	struct strv onbuild; /* instructions for builds that start from it */
	struct strv volumes; /* where the engine mounts some unasked */
	struct strv health;  /* the command of its health check */
	char *stop_signal;
	struct kvs labels;
	struct strv layers;  /* of its files, the lowest first */
	struct strv digests; /* "debian@sha256:…": what registries call it */
	char *platform;      /* "linux/amd64" */
	int64_t size;        /* bytes, about those of a tar of it */
};
void image_free(struct image *i);
#define AUTO_IMAGE __attribute__((cleanup(image_free)))

/* *found = false when there is no such image (no error). out may be NULL. */
int image_inspect(
	struct engine *g, const char *ref, struct image *out, bool *found, struct err *e);
/* login: with the credentials of the docker config, where it has some. Where the registry
 * refuses who asks e->code is ERR_DENIED. */
int image_pull(struct engine *g, const char *ref, const char *platform, bool login,
	const struct progress_sink *sink, struct err *e);
/* The same the other way: what ref names goes to the registry that it names. */
int image_push(struct engine *g, const char *ref, bool login,
	const struct progress_sink *sink, struct err *e);
/* Imports a root file system tar read from fd as ref; changes are Dockerfile lines. */
int image_import(struct engine *g, int fd, const char *ref, const struct strv *changes,
	const struct progress_sink *sink, char **id, struct err *e);
/* Gives data a tar that holds it, and no name of it, until that returns -1. */
int image_save(struct engine *g, const char *id,
	int (*data)(void *ctx, const char *p, size_t n), void *ctx, struct err *e);
/* Adds what such a tar, read from fd, holds. */
int image_load(struct engine *g, int fd, const struct progress_sink *sink, struct err *e);
/* Appends the references that match a pattern: "name:*". */
int image_list(struct engine *g, const char *pattern, struct strv *refs, struct err *e);
int image_remove(struct engine *g, const char *ref, struct err *e);

struct build_secret {
	const char *id;
	const char *data;
	size_t n;
};

struct build_tree_entry {
	const char *path;      /* below the tree's directory */
	const struct stat *st; /* of a link, not of what it leads to */
	const char *link;      /* what it says; NULL = it is none */
};

/* A further context, by its name. */
struct build_tree {
	const char *name;
	int dir; /* open on it */
	/* Tells each of all that is in it, directories before what they hold, names
	 * sorted by bytes; each's -1 ends it. */
	int (*walk)(void *ctx, int (*each)(void *to, const struct build_tree_entry *t),
		void *to, struct err *e);
	void *ctx;
};

/* A build's cache in a directory, which is open. */
struct build_cache {
	char id[12];
	const char *path; /* for messages */
	int dir;
	bool writes; /* it goes there; it comes from there */
};

/* What a build may ask for while it runs, and nothing else. All is borrowed. */
struct build_offer {
	const struct build_secret *secrets;
	size_t n_secrets;
	const struct build_tree *trees;
	size_t n_trees;
	const struct kvs *images; /* that take a context's place, by its name */
	const struct build_cache *caches;
	size_t n_caches;
	const char *cache_to; /* "inline", or an image's name; NULL = nowhere of these */
	int agent;            /* open on the socket of an SSH agent; -1 = none */
	/* May the user's login at this registry be used? */
	bool (*may_login)(void *ctx, const char *registry);
	void *ctx;
};

/* A build, and its context as a tar that is made while it is sent. All is borrowed; words
 * may be NULL. */
struct build_request {
	const char *tag, *target, *network, *platform;
	const struct kvs *args, *labels;
	const struct strv *cache_from;
	bool no_cache;
	bool classic;                    /* rather by the builder before BuildKit */
	const char *dockerfile;          /* its name in the tar */
	const struct build_offer *offer; /* NULL = nothing */
	/* Starts the tar, from its beginning, as the one or the other builder wants it.
	 */
	int (*begin)(void *ctx, bool classic, struct err *e);
	/* Its next bytes, 0 = end, -1 = failed. */
	ssize_t (*read)(void *ctx, char *to, size_t n);
	void *ctx;
};

/* Are builds done by BuildKit there? DOCKER_BUILDKIT=0 asks for the builder before it. */
bool image_buildkit(const struct engine *g);
/* Builds and tags; what the Dockerfile starts from must be there, or free for all to
 * pull. BuildKit where the engine has it (unless DOCKER_BUILDKIT=0), classic else. A
 * failed step: its output has gone to the sink, e names the step. SIGINT handling is the
 * caller's: *cancel, when not NULL, is polled and ends the build. *id is the caller's. */
int image_build(struct engine *g, const struct build_request *b,
	const struct progress_sink *sink, const volatile int *cancel, char **id,
	struct err *e);

#endif
