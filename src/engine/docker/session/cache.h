/* SPDX-License-Identifier: MIT */
/* Where a build's caches are, as BuildKit is told. */
#ifndef CNNRUN_ENGINE_CACHE_H
#define CNNRUN_ENGINE_CACHE_H

#include "base/buf.h"
#include "engine/image.h"

/* Where it is to be put, as a field; none where there is no such place. */
void cache_add(struct buf *out, uint32_t field, const struct build_offer *offer);
/* The directories it may come from, as the Dockerfile's reader takes them; *out = NULL:
 * there is none that has one. The caller frees. */
int cache_imports(const struct build_offer *offer, char **out, struct err *e);
/* The blobs are there: said is the engine's word for the one that leads to the others. */
int cache_written(const struct build_offer *offer, const char *said, struct err *e);

#endif
