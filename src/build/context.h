/* SPDX-License-Identifier: MIT */
/* A build context as a tar that is made while it is sent: the Dockerfile first (BuildKit
 * takes a tar that begins with an extended header for a Dockerfile), then all that is not
 * ignored, in the same order and with the same bytes every time. */
#ifndef CNNRUN_BUILD_CONTEXT_H
#define CNNRUN_BUILD_CONTEXT_H

#include <sys/types.h>

#include "base/err.h"
#include "build/inputs.h"

struct context;
/* in is borrowed. classic: for the builder before BuildKit, which removes the Dockerfile
 * from the context again where the .dockerignore says so. */
int context_open(
	const struct build_inputs *in, bool classic, struct context **out, struct err *e);
void context_free(struct context *c); /* NULL is fine */

/* The next bytes, 0 = end, -1 = failed, see context_error. ctx is the struct context. */
ssize_t context_read(void *ctx, char *to, size_t n);
const struct err *context_error(const struct context *c);

#endif
