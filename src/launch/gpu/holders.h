/* SPDX-License-Identifier: MIT */
/* Who holds which GPU of this machine: the kernel knows the user, an engine the
 * container. */
#ifndef CNNRUN_LAUNCH_GPU_HOLDERS_H
#define CNNRUN_LAUNCH_GPU_HOLDERS_H

#include "engine/container.h"
#include "host/claim.h"

/* What the names of claims begin with; the GPU's UUID follows. */
#define GPU_CLAIMS "cnnrun/gpu/"

struct gpu_holders {
	struct claims claims;
	struct container_list own, all; /* marked as this user's; labelled as anybody's */
};
/* g may be NULL: then no containers are known. */
void gpu_holders_get(struct engine *g, struct gpu_holders *out);
void gpu_holders_free(struct gpu_holders *h);
#define AUTO_HOLDERS __attribute__((cleanup(gpu_holders_free)))

/* NULL = nobody holds it, or this kernel cannot tell. */
const struct claim *gpu_claim(const struct gpu_holders *h, const char *uuid);
/* The container that c holds the GPU for; NULL = none that is known. */
const struct container_item *gpu_container(
	const struct gpu_holders *h, const struct claim *c, const char *uuid);
/* Appends "bob (cnnrun-train-3f2a9c, since 2026-11-28 14:02)" of one that is held. */
void gpu_holder_words(struct buf *b, const struct gpu_holders *h, const char *uuid);

#endif
