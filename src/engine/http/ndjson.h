/* SPDX-License-Identifier: MIT */
/* The engine's progress streams: one JSON object after the other. */
#ifndef CNNRUN_ENGINE_NDJSON_H
#define CNNRUN_ENGINE_NDJSON_H

#include "base/buf.h"
#include "base/json.h"

struct ndjson {
	struct buf line;
	/* One object; -1 with e set ends the stream. */
	int (*object)(void *ctx, const cJSON *j, struct err *e);
	void *ctx;
	struct err *e;
};
/* Takes bytes as they come; ctx is the struct ndjson. -1 = broken, or object gave up. */
int ndjson_feed(void *ctx, const char *p, size_t n);
/* At the end: an object without a newline. */
int ndjson_end(struct ndjson *d);
void ndjson_free(struct ndjson *d);
#define AUTO_NDJSON __attribute__((cleanup(ndjson_free)))

#endif
