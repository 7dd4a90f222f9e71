/* SPDX-License-Identifier: MIT */
/* The places in a container that the engine, which is root, mounts on and works in. It
 * makes what is not there: below a mount of the user's files that would be root's, so the
 * launch makes it first, or refuses. */
#ifndef CNNRUN_LAUNCH_POINTS_H
#define CNNRUN_LAUNCH_POINTS_H

#include "launch/image/image_look.h"

struct point {
	char *path; /* without links of the image */
	enum point_kind {
		POINT_MOUNT,
		POINT_ENGINES, /* the engine's own mount, or the image's volume */
		POINT_WORKDIR,
		POINT_DEVICE, /* made as root, wherever it is */
	} kind;
	bool is_directory;
};

struct points {
	struct point *v;
	size_t n;
};
void points_free(struct points *p);
#define AUTO_POINTS __attribute__((cleanup(points_free)))

/* Before anything is added to s: the targets of its mounts and devices, and its working
 * directory, become paths without links of the image. */
int points_settle(struct image_look *k, struct resolved *s, struct err *e);
/* With all mounts in s: makes what is not there yet of the places below the user's files.
 * out: those in named volumes, for points_prove(). notes (may be NULL): what is needed
 * again whenever the container is started. */
int points_make(struct image_look *k, const struct resolved *s, struct points *out,
	cJSON *notes, struct err *e);
/* In a container that has the volumes of s and no other mounts: no link, which another
 * container may have laid there, is on the way to these. */
int points_prove(struct engine *g, const char *id, const struct resolved *s,
	const struct points *p, struct err *e);

#endif
