/* SPDX-License-Identifier: MIT */
#include "launch/lock/tar_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK = 512, META_MAX = 1 << 20 };

/* Where the fields of a header are. */
enum { NAME = 0, NAME_N = 100, SIZE = 124, SIZE_N = 12, TYPE = 156, MAGIC = 257 };
enum { PREFIX = 345, PREFIX_N = 155 };

static int bad(struct tar_stream *t)
{
	return err_set(t->e, EPROTO, "unreadable archive from the container engine");
}

/* -1 = no number. */
static int64_t number(const char *field, size_t n)
{
	uint64_t v = 0;

	if ((unsigned char)field[0] & 0x80) {
		for (size_t i = 1; i < n; i++) {
			if (v >> 54)
				return -1;
			v = v << 8 | (unsigned char)field[i];
		}
		return (int64_t)v;
	}
	for (size_t i = 0; i < n && field[i] && field[i] != ' '; i++) {
		if (field[i] < '0' || field[i] > '7')
			return -1;
		v = v << 3 | (uint64_t)(field[i] - '0');
	}
	return (int64_t)v;
}

static void take_name(struct tar_stream *t)
{
	const char *h = t->header;
	bool prefixed = !memcmp(h + MAGIC, "ustar", 6) && h[PREFIX];

	if (t->name.n)
		return; /* told by the one before */
	if (prefixed) {
		buf_add(&t->name, h + PREFIX, strnlen(h + PREFIX, PREFIX_N));
		buf_addc(&t->name, '/');
	}
	buf_add(&t->name, h + NAME, strnlen(h + NAME, NAME_N));
}

static const char *plain(const char *path)
{
	while (*path == '/' || !strncmp(path, "./", 2))
		path++;
	return path;
}

/* What the header says; the bytes after it come next. */
static int begin(struct tar_stream *t)
{
	const char *h = t->header;
	int64_t size = number(h + SIZE, SIZE_N);
	char type = h[TYPE] ? h[TYPE] : '0';
	bool meta = strchr("xgLK", type) != NULL;
	int wanted;

	t->n_header = 0;
	if (memcmp(h + MAGIC, "ustar", 5) != 0 || size < 0 || (meta && size > META_MAX))
		return bad(t);
	if (!meta && t->pax_size > 0)
		size = t->pax_size - 1;
	if (!meta && strchr("12345 6", type))
		size = 0;
	t->left = (uint64_t)size;
	t->padding = (BLOCK - t->left % BLOCK) % BLOCK;
	buf_free(&t->kept);
	if (meta) {
		t->state = type == 'L' ? TAR_NAME : type == 'x' ? TAR_EXTENDED : TAR_SKIP;
		return 0;
	}
	take_name(t);
	t->entry = (struct tar_entry){plain(buf_str(&t->name)), type, t->left};
	wanted = t->want(t->ctx, &t->entry, t->e);
	t->state = wanted ? TAR_KEEP : TAR_SKIP;
	return wanted < 0 ? -1 : 0;
}

/* "27 path=a/long/name\n" */
static void read_extended(struct tar_stream *t)
{
	const char *p = buf_str(&t->kept), *all = p + t->kept.n;

	while (p < all) {
		char *key, *value;
		long n = strtol(p, &key, 10);

		if (n <= 0 || n > all - p || *key != ' ' || p[n - 1] != '\n')
			return;
		key++;
		value = memchr(key, '=', (size_t)(p + n - key));
		if (!value)
			return;
		value++;
		if (!strncmp(key, "path=", 5)) {
			buf_free(&t->name);
			buf_add(&t->name, value, (size_t)(p + n - 1 - value));
		} else if (!strncmp(key, "size=", 5)) {
			t->pax_size = strtoll(value, NULL, 10) + 1;
		}
		p += n;
	}
}

/* All bytes of one are there. */
static int end(struct tar_stream *t)
{
	int rc = 0;

	switch (t->state) {
	case TAR_NAME:
		buf_free(&t->name);
		buf_adds(&t->name, buf_str(&t->kept)); /* up to its 0 */
		break;
	case TAR_EXTENDED:
		read_extended(t);
		break;
	case TAR_KEEP:
		rc = t->text(t->ctx, &t->entry, &t->kept, t->e);
		/* fall through */
	default:
		if (!strchr("gK", t->header[TYPE]) || !t->header[TYPE]) {
			buf_free(&t->name);
			t->pax_size = 0;
		}
	}
	buf_free(&t->kept);
	t->state = TAR_HEADER;
	return rc;
}

static bool is_empty(const char *block)
{
	return !*block && !memcmp(block, block + 1, BLOCK - 1);
}

static size_t feed_header(struct tar_stream *t, const char *p, size_t n)
{
	size_t k = BLOCK - t->n_header < n ? BLOCK - t->n_header : n;

	memcpy(t->header + t->n_header, p, k);
	t->n_header += k;
	return k;
}

int tar_stream_feed(struct tar_stream *t, const char *p, size_t n)
{
	while (n && !t->ended) {
		size_t k;

		if (t->state == TAR_HEADER) {
			k = feed_header(t, p, n);
			t->ended = t->n_header == BLOCK && is_empty(t->header);
			if (t->n_header == BLOCK && !t->ended && begin(t) < 0)
				return -1;
		} else if (t->left) {
			k = t->left < n ? (size_t)t->left : n;
			if (t->state != TAR_SKIP)
				buf_add(&t->kept, p, k);
			t->left -= k;
		} else {
			k = t->padding < n ? (size_t)t->padding : n;
			t->padding -= k;
		}
		p += k;
		n -= k;
		if (t->state != TAR_HEADER && !t->left && !t->padding && end(t) < 0)
			return -1;
	}
	return 0;
}

void tar_stream_free(struct tar_stream *t)
{
	buf_free(&t->kept);
	buf_free(&t->name);
}
