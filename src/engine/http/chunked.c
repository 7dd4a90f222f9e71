/* SPDX-License-Identifier: MIT */
#include "engine/http/chunked.h"

#include <errno.h>
#include <string.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static void end_size_line(struct chunked *c)
{
	c->state = c->left ? CHUNK_DATA : CHUNK_TRAILER;
	c->line_empty = true;
	c->digits = 0;
}

/* Sizes, extensions and trailers that go on beyond this have no end. */
enum { BETWEEN_MAX = 16384 };

/* One byte that is no payload. */
static int step(struct chunked *c, char ch)
{
	int digit;

	switch (c->state) {
	case CHUNK_SIZE:
		digit = hex_digit(ch);
		if (digit >= 0 && c->digits < 15) {
			c->left = c->left * 16 + (uint64_t)digit;
			c->digits++;
			return 0;
		}
		if (!c->digits || digit >= 0)
			return -1;
		if (ch == '\n')
			end_size_line(c);
		else if (ch == ';' || ch == '\r' || ch == ' ')
			c->state = CHUNK_EXTENSION;
		else
			return -1;
		return 0;
	case CHUNK_EXTENSION:
		if (ch == '\n')
			end_size_line(c);
		return 0;
	case CHUNK_DATA_END:
		if (ch == '\n')
			c->state = CHUNK_SIZE;
		return ch == '\n' || ch == '\r' ? 0 : -1;
	case CHUNK_TRAILER:
		if (ch == '\n' && c->line_empty)
			c->state = CHUNK_DONE;
		else if (ch != '\r')
			c->line_empty = ch == '\n';
		return 0;
	default:
		return 0;
	}
}

ssize_t chunked_feed(struct chunked *c, char *data, size_t n, struct err *e)
{
	size_t in = 0, out = 0;

	while (in < n && c->state != CHUNK_DONE) {
		if (c->state == CHUNK_DATA) {
			size_t k = n - in < c->left ? n - in : (size_t)c->left;

			memmove(data + out, data + in, k);
			in += k;
			out += k;
			c->left -= k;
			c->between = 0;
			if (!c->left)
				c->state = CHUNK_DATA_END;
		} else if (++c->between > BETWEEN_MAX || step(c, data[in++]) < 0) {
			return err_set(e, EPROTO,
				"unreadable reply of the container engine: broken chunk");
		}
	}
	return (ssize_t)out;
}
