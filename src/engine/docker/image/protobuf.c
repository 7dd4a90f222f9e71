/* SPDX-License-Identifier: MIT */
#include "engine/docker/image/protobuf.h"

#include <string.h>

#include "base/mem.h"

enum { WIRE_VARINT, WIRE_64, WIRE_BYTES, WIRE_32 = 5 };

static bool varint(struct pb *b, uint64_t *v)
{
	*v = 0;
	for (unsigned shift = 0; b->p < b->end && shift < 64; shift += 7) {
		unsigned char c = *b->p++;

		*v |= (uint64_t)(c & 127) << shift;
		if (c < 128)
			return true;
	}
	return false;
}

static bool fixed(struct pb *b, unsigned size, uint64_t *v)
{
	*v = 0;
	if ((size_t)(b->end - b->p) < size)
		return false;
	for (unsigned i = 0; i < size; i++)
		*v |= (uint64_t)*b->p++ << (8 * i);
	return true;
}

static bool bytes(struct pb *b, struct pb_field *f)
{
	uint64_t n;

	if (!varint(b, &n) || n > (uint64_t)(b->end - b->p))
		return false;
	f->is_bytes = true;
	f->bytes = (const char *)b->p;
	f->n = (size_t)n;
	b->p += n;
	return true;
}

static bool read_field(struct pb *b, struct pb_field *f)
{
	uint64_t key;

	if (!varint(b, &key) || key >> 3 == 0 || key >> 32)
		return false;
	*f = (struct pb_field){.number = (uint32_t)(key >> 3)};
	switch (key & 7) {
	case WIRE_VARINT:
		return varint(b, &f->value);
	case WIRE_64:
		return fixed(b, 8, &f->value);
	case WIRE_BYTES:
		return bytes(b, f);
	case WIRE_32:
		return fixed(b, 4, &f->value);
	default:
		return false;
	}
}

bool pb_next(struct pb *b, struct pb_field *f)
{
	if (b->p >= b->end || b->broken)
		return false;
	b->broken = !read_field(b, f);
	return !b->broken;
}

struct pb pb_message(const struct pb_field *f)
{
	const unsigned char *p = (const unsigned char *)f->bytes;

	if (!f->is_bytes)
		return (struct pb){0};
	return (struct pb){.p = p, .end = p + f->n};
}

char *pb_text(const struct pb_field *f)
{
	return xstrndup(f->is_bytes ? f->bytes : "", f->is_bytes ? f->n : 0);
}

static void add_varint(struct buf *b, uint64_t v)
{
	for (; v > 127; v >>= 7)
		buf_addc(b, (char)((v & 127) | 128));
	buf_addc(b, (char)v);
}

void pb_add_number(struct buf *b, uint32_t number, uint64_t value)
{
	if (!value)
		return;
	add_varint(b, (uint64_t)number << 3 | WIRE_VARINT);
	add_varint(b, value);
}

void pb_add_bytes(struct buf *b, uint32_t number, const void *data, size_t n)
{
	add_varint(b, (uint64_t)number << 3 | WIRE_BYTES);
	add_varint(b, n);
	if (n)
		buf_add(b, data, n);
}

void pb_add_text(struct buf *b, uint32_t number, const char *text)
{
	if (text && *text)
		pb_add_bytes(b, number, text, strlen(text));
}

void pb_add_message(struct buf *b, uint32_t number, const struct buf *message)
{
	pb_add_bytes(b, number, message->p, message->n);
}

void pb_add_entry(struct buf *b, uint32_t number, const char *key, const char *value)
{
	AUTO_BUF struct buf entry = {0};

	pb_add_text(&entry, 1, key);
	pb_add_text(&entry, 2, value);
	pb_add_message(b, number, &entry);
}
