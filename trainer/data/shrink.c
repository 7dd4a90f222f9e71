/* SPDX-License-Identifier: MIT */
#include "data/shrink.h"

#include <stdbool.h>
#include <string.h>

int shrink_begin(struct shrink *s, unsigned width, unsigned height, struct err *e)
{
	if (width > PICTURE_MOST_SIDE || height > PICTURE_MOST_SIDE)
		return err_set(e, "larger than %d pixels a side", PICTURE_MOST_SIDE);
	s->width = (int)width;
	s->height = (int)height;
	return 0;
}

/* The pixels of `size` that output pixel i of `side` covers. */
struct span {
	int from, to;
};

static struct span span_of(int i, int size, int side)
{
	struct span s = {
		(int)((long)i * size / side), (int)((long)(i + 1) * size / side)};

	s.to = s.to > s.from ? s.to : s.from + 1;
	return s;
}

void shrink_row(struct shrink *s, const uint8_t *rgb)
{
	uint64_t across[NET_SIDE][3] = {{0}};

	for (int x = 0; x < s->side; x++) {
		struct span span = span_of(x, s->width, s->side);

		for (int j = span.from; j < span.to; j++)
			for (int c = 0; c < 3; c++)
				across[x][c] += rgb[3L * j + c];
	}
	for (int y = 0; y < s->side; y++) {
		struct span span = span_of(y, s->height, s->side);

		for (int x = 0; s->row >= span.from && s->row < span.to && x < s->side;
			x++)
			for (int c = 0; c < 3; c++)
				s->sums[y][x][c] += across[x][c];
	}
	s->row++;
}

double shrink_mean(const struct shrink *s, int x, int y, int c)
{
	int last = s->side - 1, o = s->orientation;
	bool turned = o >= 5;
	int at = turned ? y : x, down = turned ? x : y;
	struct span columns, rows;

	if (o == 2 || o == 3 || o == 7 || o == 8)
		at = last - at;
	if (o == 3 || o == 4 || o == 6 || o == 7)
		down = last - down;
	columns = span_of(at, s->width, s->side);
	rows = span_of(down, s->height, s->side);
	return (double)s->sums[down][at][c] /
	       ((double)(columns.to - columns.from) * (rows.to - rows.from));
}

static uint32_t number(const uint8_t *p, int bytes, bool little)
{
	uint32_t v = 0;

	for (int i = 0; i < bytes; i++)
		v |= (uint32_t)p[i] << 8 * (little ? i : bytes - 1 - i);
	return v;
}

/* TIFF: byte order, 42, offset of the first directory: its entries of 12 bytes. */
int exif_orientation(const uint8_t *data, size_t size)
{
	enum { ENTRY = 12, ORIENTATION = 0x112 };
	bool little;
	uint32_t at, count;

	if (size < 8 || (memcmp(data, "II*\0", 4) != 0 && memcmp(data, "MM\0*", 4) != 0))
		return 1;
	little = *data == 'I';
	at = number(data + 4, 4, little);
	if (at > size - 2)
		return 1;
	count = number(data + at, 2, little);
	for (at += 2; count > 0 && at <= size && size - at >= ENTRY;
		count--, at += ENTRY) {
		uint32_t v = number(data + at + 8, 2, little);

		if (number(data + at, 2, little) == ORIENTATION)
			return v >= 1 && v <= 8 ? (int)v : 1;
	}
	return 1;
}
