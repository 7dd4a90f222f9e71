/* SPDX-License-Identifier: MIT */
/* A look into an image, by way of a container of it that has no mounts and never starts.
 * What was seen is noted under the image's id: for its next launch no container is
 * needed. */
#ifndef CNNRUN_LAUNCH_IMAGE_LOOK_H
#define CNNRUN_LAUNCH_IMAGE_LOOK_H

#include "engine/container.h"
#include "engine/image.h"

struct image_look {
	struct engine *g;
	const char *image, *image_id;
	int (*make)(void *ctx, char **id, struct err *e); /* when one is needed */
	void *ctx;
	char *id;         /* of the container, NULL = none was needed */
	struct kvs paths; /* what they are, as noted */
	size_t n_noted;
	struct image config; /* no more than its workdir and volumes */
	bool has_config;
};

/* Notes what is new, and frees what it knows; the container is the caller's. */
void image_look_end(struct image_look *k);

/* A file's text, the caller's; NULL = the image has none. path is one that way_find()
 * found; name is the note's. */
int image_look_text(struct image_look *k, const char *path, const char *name, char **text,
	struct err *e);
/* What a path is that has no symlink before its last name. */
int image_look_path(struct image_look *k, const char *path, struct container_path *out,
	struct err *e);
/* Its workdir and volumes; *config is borrowed. */
int image_look_config(struct image_look *k, const struct image **config, struct err *e);

#endif
