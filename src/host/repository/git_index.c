/* SPDX-License-Identifier: MIT */
/* An index is a head and entries: 40 bytes of facts, the object's name, flags, the path.
 * Versions 2 and 3 end an entry with NULs to the next eighth byte; version 4 gives of a
 * path only where it differs from the one before. */
#include "host/repository/git_index.h"

#include <stdint.h>
#include <string.h>

enum { HEAD = 12, FACTS = 40, MODE = 24, SHA1 = 20, SHA256 = 32 };
enum { SUBMODULE = 0160000 >> 12, EXTENDED = 0x4000 };

struct reading {
	const char *p, *end;
	unsigned version;
	size_t name; /* bytes of an object's name */
	struct buf path;
};

static uint32_t number(const char *p, size_t bytes)
{
	uint32_t n = 0;

	for (size_t i = 0; i < bytes; i++)
		n = n << 8 | (unsigned char)p[i];
	return n;
}

/* How many bytes of the path before are not in this one: base 128, each step adds one. */
static int dropped(struct reading *r, size_t *n)
{
	unsigned char c;

	*n = 0;
	for (size_t i = 0; i < 5 && r->p < r->end; i++) {
		c = (unsigned char)*r->p++;
		*n = (*n << 7) + (c & 127);
		if (!(c & 128))
			return 0;
		*n += 1;
	}
	return -1;
}

static int read_path(struct reading *r, const char *entry)
{
	size_t left, skipped = r->path.n, n;

	if (r->version == 4 && (dropped(r, &skipped) < 0 || skipped > r->path.n))
		return -1;
	left = (size_t)(r->end - r->p);
	n = strnlen(r->p, left);
	if (n == left)
		return -1;
	r->path.n -= skipped;
	buf_add(&r->path, r->p, n);
	r->p += n + 1;
	if (r->version == 4)
		return 0;
	while ((r->p - entry) % 8 && r->p < r->end)
		r->p++;
	return 0;
}

static int read_entry(struct reading *r, struct strv *out)
{
	const char *entry = r->p;
	size_t fixed = FACTS + r->name + 2;

	if ((size_t)(r->end - r->p) < fixed + 2)
		return -1;
	r->p += fixed;
	if (r->version > 2 && number(r->p - 2, 2) & EXTENDED)
		r->p += 2;
	if (read_path(r, entry) < 0)
		return -1;
	if (number(entry + MODE, 4) >> 12 == SUBMODULE)
		strv_add(out, buf_str(&r->path));
	return 0;
}

/* After the entries: extensions, each with its length, and a digest at the very end. It
 * says whether the entries were read as they were meant. */
static int read_rest(struct reading *r)
{
	while ((size_t)(r->end - r->p) > r->name) {
		size_t left = (size_t)(r->end - r->p), n;

		if (left < 8 + r->name)
			return -1;
		n = number(r->p + 4, 4);
		if (n > left - 8 - r->name)
			return -1;
		r->p += 8 + n;
	}
	return (size_t)(r->end - r->p) == r->name ? 0 : -1;
}

static int read_all(const struct buf *index, size_t name, struct strv *out)
{
	struct reading r = {.p = index->p + HEAD,
		.end = index->p + index->n,
		.version = number(index->p + 4, 4),
		.name = name};
	uint32_t n = number(index->p + 8, 4);
	int rc = r.version >= 2 && r.version <= 4 ? 0 : -1;

	for (uint32_t i = 0; !rc && i < n; i++)
		rc = read_entry(&r, out);
	if (!rc)
		rc = read_rest(&r);
	buf_free(&r.path);
	return rc;
}

int git_index_submodules(const struct buf *index, struct strv *out)
{
	static const size_t names[] = {SHA1, SHA256}; /* the index does not say which */

	if (index->n < HEAD || memcmp(index->p, "DIRC", 4) != 0)
		return -1;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		AUTO_STRV struct strv found = {0};

		if (read_all(index, names[i], &found) < 0)
			continue;
		for (size_t k = 0; k < found.n; k++)
			strv_add(out, found.v[k]);
		return 0;
	}
	return -1;
}
