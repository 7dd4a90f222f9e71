/* SPDX-License-Identifier: MIT */
/* Percent-encoding (RFC 3986). */
#include <ctype.h>
#include <string.h>

#include "engine/http/call.h"

/* Percent-encodes s; bytes of keep stay. */
static void url_escape(struct buf *b, const char *s, const char *keep)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if ((c < 128 && isalnum(c)) || strchr("-._~", c) || strchr(keep, c))
			buf_addc(b, *s);
		else
			buf_addf(b, "%%%02X", c);
	}
}

char *url_segment(const char *s)
{
	AUTO_BUF struct buf b = {0};

	url_escape(&b, s, "");
	return buf_take(&b);
}

char *url_ref(const char *ref)
{
	AUTO_BUF struct buf b = {0};

	url_escape(&b, ref, "/:@");
	return buf_take(&b);
}

void url_param(struct buf *b, const char *key, const char *value)
{
	if (!value)
		return;
	buf_addc(b, b->n && strchr(b->p, '?') ? '&' : '?');
	buf_adds(b, key);
	buf_addc(b, '=');
	url_escape(b, value, "");
}
