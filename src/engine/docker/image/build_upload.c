/* SPDX-License-Identifier: MIT */
#include "engine/docker/image/build_upload.h"

#define UPLOAD_NEWS ((int64_t)1 << 20) /* bytes between two events */

int build_upload_begin(struct build_upload *u, struct err *e)
{
	u->begun = true;
	u->ended = false;
	u->sent = u->told = 0;
	return u->b->begin(u->b->ctx, false, e);
}

ssize_t build_upload_read(void *ctx, char *to, size_t n)
{
	struct build_upload *u = ctx;
	ssize_t k = u->b->read(u->b->ctx, to, n);

	if (k < 0)
		return -1;
	u->sent += k;
	if (u->sink && !u->ended && (u->sent - u->told >= UPLOAD_NEWS || !k)) {
		u->told = u->sent;
		u->sink->event(u->sink->ctx, &(struct progress){.kind = PROGRESS_UPLOAD,
						     .current = u->sent,
						     .total = k ? 0 : u->sent});
	}
	u->ended = !k;
	return k;
}
