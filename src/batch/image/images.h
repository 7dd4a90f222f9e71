/* SPDX-License-Identifier: MIT */
/* How a job's images get to its nodes: they are there, a registry has them, or a tar in
 * the shared directory of the jobs does. */
#ifndef CNNRUN_BATCH_IMAGE_IMAGES_H
#define CNNRUN_BATCH_IMAGE_IMAGES_H

#include "launch/run.h"

/* An array: of each container its image's id, and where it is to be had: "digest" or
 * "tar". tar: in a tar, whatever else there is; elsewhere: the nodes are other machines
 * than this one. The caller deletes. */
cJSON *images_json(struct engine *g, const struct plan *p, const struct resolved *s,
	bool tar, bool elsewhere, struct err *e);
/* Such an array was made on another machine: what has no digest gets the path of a tar
 * here, where it was to have one or the nodes are elsewhere. */
int images_here(struct engine *g, cJSON *images, bool elsewhere, struct err *e);
/* Makes those of its tars that are not there. */
int images_save(
	struct engine *g, const cJSON *images, const struct run_hooks *h, struct err *e);

/* On the node: makes p run these, and has the engine load what it lacks of them. */
int images_use(struct engine *g, struct plan *p, const cJSON *images, struct err *e);

/* Removes the tars of images that no job waits for or runs with. told hears of each. */
void images_clean(bool dry,
	void (*told)(void *ctx, const char *path, int result, struct err *e), void *ctx);

#endif
