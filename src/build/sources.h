/* SPDX-License-Identifier: MIT */
/* What a step of a Dockerfile takes files from. */
#ifndef CNNRUN_BUILD_SOURCES_H
#define CNNRUN_BUILD_SOURCES_H

#include "base/strv.h"

/* Calls each for what a COPY or RUN, from that word on and its continued lines joined,
 * takes files from: the values of COPY --from= and of RUN --mount=…,from=. loose:
 * wherever in it such a word stands and however it is written, for who would rather see
 * too much. */
void step_sources(const char *text, bool loose, void (*each)(void *ctx, const char *name),
	void *ctx);
/* Is it a stage by its number? */
bool source_is_number(const char *name);

#endif
