/* SPDX-License-Identifier: MIT */
#include "engine/http/ndjson.h"

#include <errno.h>
#include <string.h>

#include "engine/http/call.h"

static int one_object(struct ndjson *d, const char *p, size_t n)
{
	AUTO_JSON cJSON *j = NULL;

	while (n && strchr(" \r\n\t", p[n - 1]))
		n--;
	if (!n)
		return 0;
	j = json_parse(p, n, d->e);
	if (!j) {
		err_wrap(d->e, "unreadable reply of the container engine");
		one_line(d->e->msg, sizeof d->e->msg);
		return -1;
	}
	return d->object(d->ctx, j, d->e);
}

int ndjson_feed(void *ctx, const char *p, size_t n)
{
	struct ndjson *d = ctx;
	const char *end;

	while ((end = memchr(p, '\n', n))) {
		size_t k = (size_t)(end - p) + 1;
		int rc;

		if (d->line.n) {
			buf_add(&d->line, p, k);
			rc = one_object(d, d->line.p, d->line.n);
			d->line.n = 0;
		} else {
			rc = one_object(d, p, k);
		}
		if (rc < 0)
			return -1;
		p += k;
		n -= k;
	}
	if (n > HTTP_REPLY_MAX - d->line.n)
		return err_set(d->e, EMSGSIZE,
			"a line of the container engine's reply is too long");
	buf_add(&d->line, p, n);
	return 0;
}

int ndjson_end(struct ndjson *d)
{
	return d->line.n ? one_object(d, d->line.p, d->line.n) : 0;
}

void ndjson_free(struct ndjson *d)
{
	buf_free(&d->line);
}
