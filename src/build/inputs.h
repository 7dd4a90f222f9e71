/* SPDX-License-Identifier: MIT */
/* What an image is built from, opened once: what was looked at for rights is what is
 * stamped, sent and remembered, whatever takes its place meanwhile. */
#ifndef CNNRUN_BUILD_INPUTS_H
#define CNNRUN_BUILD_INPUTS_H

#include <sys/stat.h>

#include "build/ignore.h"
#include "plan/plan.h"

#define IGNORE_FILE ".dockerignore"
#define LOCK_FILE   "cnnrun.lock" /* beside the project's profiles; in no context */

struct build_input {
	int fd;       /* -1 = not opened */
	char *path;   /* where it really is; NULL = nowhere */
	bool outside; /* not of the project's directory … */
	bool by_link; /* … though its name says so */
	struct stat st;
};

struct given_secret {
	char *id;
	char *env; /* the variable that holds it; NULL = a file does: */
	struct build_input file;
	struct err error; /* why there is none; msg "" = there is */
};

/* A further context. */
struct given_tree {
	char *name;
	struct build_input root;
	struct build_input listed; /* its .dockerignore */
	struct ignore ignore;
};

/* A cache in a directory. */
struct given_cache {
	struct build_input dir; /* not opened where it is not there yet */
	char *missing;          /* where it is to be made then, below the project */
};

struct build_given {
	struct given_secret *secrets;
	size_t n_secrets;
	struct given_tree *trees;
	size_t n_trees;
	struct given_cache *from; /* of cache_from, but for those that are not there */
	size_t n_from;
	struct given_cache to; /* of cache_to */
	int project;           /* open on it, where to is to be made below it */
	struct kvs images;     /* those that take a context's place, by its name */
	int agent;        /* open on the socket of the user's SSH agent, -1 = not given */
	struct err error; /* why not all of the directories is there */
};

struct build_inputs {
	struct build_input context;    /* a directory */
	struct build_input dockerfile; /* its bytes are text */
	char *inside; /* its path in the context, NULL when it lies outside */
	struct buf text;
	struct build_input beside; /* NAME.dockerignore beside the Dockerfile … */
	struct build_input listed; /* … goes before the context's own .dockerignore */
	struct buf listed_text;
	struct buf rules;     /* of the one that counts … */
	struct ignore ignore; /* … which lets through what the engine needs */
	struct build_given given;
	struct err error; /* why nothing can be built from them; msg "" = it can */
};

/* Paths in b are relative to project (NULL = "/"), which they may lead out of. Where
 * something is missing the rest is there all the same, for its rights. */
struct build_inputs *build_inputs_open(const char *project, const struct plan_build *b);
void build_inputs_free(struct build_inputs *in); /* NULL is fine */

/* The Dockerfile's name in the tar: its own, or a made-up one when it lies outside or has
 * a name that no plain tar header holds. The caller frees. */
char *build_inputs_name(const struct build_inputs *in);
/* The external images that the Dockerfile's stages start from, b's arguments put in, and
 * those that its steps take files from (sources may be NULL); true = no stage starts from
 * anything else. */
bool build_inputs_images(const struct build_inputs *in, const struct plan_build *b,
	struct strv *bases, struct strv *sources);
/* BuildKit without a session gets the context as one tree: a Dockerfile from elsewhere
 * would lie in it for COPY to take. The classic builder hides it, and is good enough for
 * all but what only BuildKit knows. */
bool build_inputs_classic(const struct build_inputs *in);

#endif
