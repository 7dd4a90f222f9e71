/* SPDX-License-Identifier: MIT */
/* CIFAR-10's Python version (cs.toronto.edu/~kriz/cifar.html), as torchvision unpacks it:
 * a pickled dictionary of "labels", a list of numbers, and "data", an array of bytes
 * (images, 3072). Only what these files consist of is known here, in the order in which
 * they have it. Nothing is built or called: names of Python's are compared, numbers and
 * bytes are taken. */
#include "base/mem.h"
#include "data/dataset.h"
#include "data/gz.h"

#include <stdlib.h>
#include <string.h>

enum { PIXELS = CIFAR_PIXELS, MOST_BYTES = 1 << 30, MOST_IMAGES = 1 << 18 };

struct reader {
	const uint8_t *at, *end;
	const uint8_t *pixels;
	long pixel_bytes;
	uint8_t *labels; /* (MOST_IMAGES) */
	long label_count;
};

static size_t left(const struct reader *r)
{
	return (size_t)(r->end - r->at);
}

static uint32_t number(const uint8_t *p, int bytes)
{
	uint32_t v = 0;

	for (int i = bytes - 1; i >= 0; i--)
		v = v << 8 | p[i];
	return v;
}

/* What an object is remembered by is never asked for. */
static void skip_puts(struct reader *r)
{
	while (left(r) >= 2 && (*r->at == 'q' || (*r->at == 'r' && left(r) >= 5)))
		r->at += *r->at == 'q' ? 2 : 5;
}

/* These bytes, with puts after each part: parts end where a put may stand. */
static bool accept(struct reader *r, const char *bytes, size_t size)
{
	skip_puts(r);
	if (left(r) < size || memcmp(r->at, bytes, size) != 0)
		return false;
	r->at += size;
	return true;
}

#define ACCEPT(r, text) accept(r, text, sizeof(text) - 1)

/* A string of bytes or of characters, short or long. */
static bool take_string(struct reader *r, const uint8_t **text, size_t *size)
{
	int head;

	skip_puts(r);
	if (left(r) < 2)
		return false;
	switch (*r->at) {
	case 'U':
	case 'C':
		head = 1;
		break;
	case 'T':
	case 'B':
	case 'X':
		head = 4;
		break;
	default:
		return false;
	}
	if (left(r) < 1 + (size_t)head)
		return false;
	*size = number(r->at + 1, head);
	r->at += 1 + head;
	if (*size > left(r))
		return false;
	*text = r->at;
	r->at += *size;
	return true;
}

static bool take_number(struct reader *r, uint32_t *v)
{
	int bytes;

	skip_puts(r);
	bytes = left(r) < 1     ? 0
		: *r->at == 'K' ? 1
		: *r->at == 'M' ? 2
		: *r->at == 'J' ? 4
				: 0;
	if (bytes == 0 || left(r) < 1 + (size_t)bytes)
		return false;
	*v = number(r->at + 1, bytes);
	r->at += 1 + bytes;
	return true;
}

static bool take_label(struct reader *r)
{
	uint32_t v;

	if (!take_number(r, &v) || v > 9 || r->label_count == MOST_IMAGES)
		return false;
	r->labels[r->label_count++] = (uint8_t)v;
	return true;
}

static bool take_any_string(struct reader *r)
{
	const uint8_t *text;
	size_t size;

	return take_string(r, &text, &size);
}

/* [a, b, …]: appended in parts, or one by one. */
static bool take_list(struct reader *r, bool (*item)(struct reader *r))
{
	if (!ACCEPT(r, "]"))
		return false;
	for (;;) {
		if (ACCEPT(r, "(")) {
			while (!ACCEPT(r, "e"))
				if (!item(r))
					return false;
		} else {
			struct reader before = *r;

			if (!item(r) || !ACCEPT(r, "a")) {
				*r = before;
				return true;
			}
		}
	}
}

/* numpy's _reconstruct(ndarray, (0,), "b"), then its state: version, shape, type of
 * bytes, C order, data. */
static bool take_array(struct reader *r)
{
	const uint8_t *text;
	uint32_t rows, columns;
	size_t size;

	if (!ACCEPT(r, "cnumpy.core.multiarray\n_reconstruct\n") ||
		!ACCEPT(r, "cnumpy\nndarray\n") || !ACCEPT(r, "K\0") ||
		!ACCEPT(r, "\x85") || !take_string(r, &text, &size) || size != 1 ||
		!ACCEPT(r, "\x87") || !ACCEPT(r, "R") || !ACCEPT(r, "(") ||
		!ACCEPT(r, "K\1") || !take_number(r, &rows) ||
		!take_number(r, &columns) || !ACCEPT(r, "\x86"))
		return false;
	if (!ACCEPT(r, "cnumpy\ndtype\n") || !take_string(r, &text, &size) || size != 2 ||
		memcmp(text, "u1", 2) != 0 || !ACCEPT(r, "K\0") || !ACCEPT(r, "K\1") ||
		!ACCEPT(r, "\x87") || !ACCEPT(r, "R") || !ACCEPT(r, "(") ||
		!ACCEPT(r, "K\3") || !take_string(r, &text, &size) || size != 1 ||
		*text != '|' || !ACCEPT(r, "N") || !ACCEPT(r, "N") || !ACCEPT(r, "N") ||
		!ACCEPT(r, "J\xff\xff\xff\xff") || !ACCEPT(r, "J\xff\xff\xff\xff") ||
		!ACCEPT(r, "K\0") || !ACCEPT(r, "t") || !ACCEPT(r, "b"))
		return false;
	if (!ACCEPT(r, "\x89") || !take_string(r, &r->pixels, &size) || !ACCEPT(r, "t") ||
		!ACCEPT(r, "b"))
		return false;
	r->pixel_bytes = (long)size;
	return columns == PIXELS && rows > 0 && size == (size_t)rows * PIXELS;
}

static bool take_entry(struct reader *r)
{
	const uint8_t *key;
	size_t size;

	if (!take_string(r, &key, &size))
		return false;
	if (size == 4 && !memcmp(key, "data", 4))
		return !r->pixels && take_array(r);
	if (size == 6 && !memcmp(key, "labels", 6))
		return r->label_count == 0 && take_list(r, take_label);
	if (size == 9 && !memcmp(key, "filenames", 9))
		return take_list(r, take_any_string);
	return take_any_string(r); /* batch_label */
}

static bool take_file(struct reader *r)
{
	if (!ACCEPT(r, "\x80\2}") || !ACCEPT(r, "("))
		return false;
	while (!ACCEPT(r, "u"))
		if (!take_entry(r))
			return false;
	return ACCEPT(r, ".") && r->at == r->end && r->pixels &&
	       r->pixel_bytes == r->label_count * PIXELS;
}

int pickle_add(struct dataset *d, const char *path, struct err *e)
{
	AUTO_FREE uint8_t *data = NULL;
	AUTO_FREE uint8_t *labels = NULL;
	struct reader r;
	long size;

	if (gz_read(path, MOST_BYTES, &data, &size, e) < 0)
		return -1;
	labels = mem_alloc(MOST_IMAGES);
	r = (struct reader){.at = data, .end = data + size, .labels = labels};
	if (!take_file(&r))
		return err_set(e,
			"%s: not one of the pickles of CIFAR-10's Python version, or cut "
			"short after %ld bytes; fetch it again",
			path, (long)(r.at - data));
	return cifar_add(d, path, r.label_count, r.pixels, PIXELS, r.labels, 1, e);
}
