/* SPDX-License-Identifier: MIT */
/* IDX, the format of MNIST (yann.lecun.com/exdb/mnist), gzip or not: u16 0, u8 type 8 =
 * bytes, u8 rank, rank × u32 big-endian sizes, data. */
#include "base/mem.h"
#include "data/dataset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { MAX_RANK = 3, MAX_COUNT = 10 * 1000 * 1000, MNIST_SIDE = 28 };

static void close_gz(gzFile *f)
{
	if (*f)
		gzclose(*f);
}

#define AUTO_GZ __attribute__((cleanup(close_gz)))

static int read_all(gzFile f, const char *path, void *to, unsigned size, struct err *e)
{
	int got = gzread(f, to, size), code;
	const char *why = gzerror(f, &code);

	if (got == (int)size)
		return 0;
	if (got >= 0 && (code == Z_OK || code == Z_BUF_ERROR || code == Z_STREAM_END))
		return err_set(e, "%s: file ends early; fetch it again", path);
	return err_set(e, "%s: %s; fetch it again", path,
		code == Z_ERRNO ? strerror(errno) : why);
}

static int read_header(gzFile f, const char *path, int rank, int *size, struct err *e)
{
	uint8_t head[4 + 4 * MAX_RANK];

	if (read_all(f, path, head, (unsigned)(4 + 4 * rank), e) < 0)
		return -1;
	if (head[0] || head[1] || head[2] != 8 || head[3] != rank)
		return err_set(e, "%s: not an IDX file of %s", path,
			rank == 1 ? "labels" : "grey images");
	for (int i = 0; i < rank; i++) {
		const uint8_t *p = head + 4 + 4 * i;
		uint32_t n = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
			     (uint32_t)p[2] << 8 | p[3];

		if (n < 1 || n > MAX_COUNT)
			return err_set(
				e, "%s: impossible size %u in its header", path, n);
		size[i] = (int)n;
	}
	return 0;
}

/* The whole file: *count items of item bytes (28 × 28 for rank 3). The caller frees *out.
 */
static int read_file(const char *path, int rank, int *count, uint8_t **out, struct err *e)
{
	AUTO_GZ gzFile f = gzopen(path, "rbe");
	AUTO_FREE uint8_t *data = NULL;
	int size[MAX_RANK], item = rank == 1 ? 1 : MNIST_SIDE * MNIST_SIDE;
	char extra;

	if (!f)
		return err_set(e, "%s: %s", path, strerror(errno));
	gzbuffer(f, 1 << 17);
	if (read_header(f, path, rank, size, e) < 0)
		return -1;
	if (rank == 3 && (size[1] != MNIST_SIDE || size[2] != MNIST_SIDE))
		return err_set(
			e, "%s: images are %d × %d, not 28 × 28", path, size[1], size[2]);
	if ((long)size[0] * item > INT32_MAX)
		return err_set(e, "%s: impossible size %d in its header", path, size[0]);
	data = malloc((size_t)size[0] * (size_t)item);
	if (!data)
		return err_set(e, "%s: no memory for %d images", path, size[0]);
	if (read_all(f, path, data, (unsigned)size[0] * (unsigned)item, e) < 0)
		return -1;
	if (gzread(f, &extra, 1) != 0)
		return err_set(e, "%s: more data than its header says", path);
	*count = size[0];
	*out = data;
	data = NULL;
	return 0;
}

int idx_load(struct dataset *d, const char *images, const char *labels, struct err *e)
{
	int label_count;

	*d = (struct dataset){.channels = 1, .side = MNIST_SIDE};
	if (read_file(images, 3, &d->count, &d->pixels, e) < 0)
		return -1;
	if (read_file(labels, 1, &label_count, &d->labels, e) < 0)
		return -1;
	if (label_count != d->count)
		return err_set(
			e, "%s: %d labels for %d images", labels, label_count, d->count);
	for (int i = 0; i < d->count; i++)
		if (d->labels[i] > 9)
			return err_set(e, "%s: label %d is %d, not 0 to 9", labels, i,
				d->labels[i]);
	return 0;
}
