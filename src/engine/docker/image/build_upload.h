/* SPDX-License-Identifier: MIT */
/* The context of a build on its way up, with news of how much of it is. */
#ifndef CNNRUN_ENGINE_BUILD_UPLOAD_H
#define CNNRUN_ENGINE_BUILD_UPLOAD_H

#include "engine/image.h"

struct build_upload {
	const struct build_request *b;
	const struct progress_sink *sink;
	int64_t sent, told;
	bool begun, ended;
};

/* From its beginning, for BuildKit. */
int build_upload_begin(struct build_upload *u, struct err *e);
/* The next bytes, 0 = end, -1 = failed. ctx is the struct build_upload. */
ssize_t build_upload_read(void *ctx, char *to, size_t n);

#endif
