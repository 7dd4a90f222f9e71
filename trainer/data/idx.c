/* SPDX-License-Identifier: MIT */
/* IDX, the format of MNIST (yann.lecun.com/exdb/mnist), gzip or not: u16 0, u8 type 8 =
 * bytes, u8 rank, rank × u32 big-endian sizes, data. */
#include "base/mem.h"
#include "data/dataset.h"
#include "data/gz.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_RANK = 3, MAX_BYTES = 1 << 30, MNIST_SIDE = 28 };

static int parse_header(const uint8_t *data, long size, const char *path, int rank,
	uint32_t *sizes, struct err *e)
{
	if (size < 4 + 4 * rank)
		return err_set(e, "%s: file ends early; fetch it again", path);
	if (data[0] || data[1] || data[2] != 8 || data[3] != rank)
		return err_set(e, "%s: not an IDX file of %s", path,
			rank == 1 ? "labels" : "grey images");
	for (int i = 0; i < rank; i++) {
		const uint8_t *p = data + 4 + 4 * i;

		sizes[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
			   (uint32_t)p[2] << 8 | p[3];
	}
	return 0;
}

/* The whole file: *count items of 1 byte (rank 1) or 28 × 28 (rank 3), from *first on in
 * *memory, which the caller frees. */
static int read_file(const char *path, int rank, int *count, uint8_t **memory,
	uint8_t **first, struct err *e)
{
	AUTO_FREE uint8_t *data = NULL;
	uint32_t sizes[MAX_RANK];
	long size, head = 4 + 4 * rank, item = rank == 1 ? 1 : MNIST_SIDE * MNIST_SIDE;

	if (gz_read(path, MAX_BYTES, &data, &size, e) < 0 ||
		parse_header(data, size, path, rank, sizes, e) < 0)
		return -1;
	if (rank == 3 && (sizes[1] != MNIST_SIDE || sizes[2] != MNIST_SIDE))
		return err_set(e, "%s: images are %u × %u, not 28 × 28", path, sizes[1],
			sizes[2]);
	if (sizes[0] < 1)
		return err_set(e, "%s: no images in it", path);
	if (size - head < (long)sizes[0] * item)
		return err_set(e, "%s: file ends early; fetch it again", path);
	if (size - head > (long)sizes[0] * item)
		return err_set(e, "%s: more data than its header says", path);
	*count = (int)sizes[0];
	*memory = data;
	*first = data + head;
	data = NULL;
	return 0;
}

int idx_load(struct dataset *d, const char *images, const char *labels, struct err *e)
{
	int label_count;

	*d = (struct dataset){.channels = 1, .side = MNIST_SIDE};
	if (read_file(images, 3, &d->count, &d->memory[0], &d->pixels, e) < 0)
		return -1;
	if (read_file(labels, 1, &label_count, &d->memory[1], &d->labels, e) < 0)
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
