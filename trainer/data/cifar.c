/* SPDX-License-Identifier: MIT */
/* CIFAR-10's binary version (cs.toronto.edu/~kriz/cifar.html): files of records, one byte
 * label and 3 × 32 × 32 bytes, colour planes first. */
#include "base/mem.h"
#include "data/dataset.h"
#include "data/gz.h"

#include <stdlib.h>
#include <string.h>

enum { PIXELS = 3 * 32 * 32, RECORD = 1 + PIXELS, MOST = 1000000 * (RECORD / 10) };

/* Appends a file's records to d. */
static int add_file(struct dataset *d, const char *path, struct err *e)
{
	AUTO_FREE uint8_t *data = NULL;
	uint8_t *pixels, *labels;
	long size, count, total;

	if (gz_read(path, MOST, &data, &size, e) < 0)
		return -1;
	count = size / RECORD;
	total = d->count + count;
	if (size < 1 || size % RECORD)
		return err_set(e,
			"%s: %ld bytes are not whole CIFAR-10 records of %d; fetch it "
			"again",
			path, size, RECORD);
	pixels = realloc(d->memory[0], (size_t)total * PIXELS);
	if (!pixels)
		return err_set(e, "%s: no memory for %ld images", path, total);
	d->memory[0] = d->pixels = pixels;
	labels = realloc(d->memory[1], (size_t)total);
	if (!labels)
		return err_set(e, "%s: no memory for %ld images", path, total);
	d->memory[1] = d->labels = labels;
	for (long i = 0; i < count; i++) {
		const uint8_t *record = data + i * RECORD;

		if (record[0] > 9)
			return err_set(e, "%s: label of image %ld is %d, not 0 to 9",
				path, i, record[0]);
		labels[d->count + i] = record[0];
		memcpy(pixels + (d->count + i) * PIXELS, record + 1, PIXELS);
	}
	d->count = (int)total;
	return 0;
}

int cifar_load(struct dataset *d, const char *dir, bool training, struct err *e)
{
	*d = (struct dataset){.channels = 3, .side = 32};
	for (int i = 1; i <= (training ? 5 : 1); i++) {
		AUTO_FREE char *path =
			training ? mem_printf("%s/data_batch_%d.bin", dir, i)
				 : mem_printf("%s/test_batch.bin", dir);

		if (add_file(d, path, e) < 0)
			return -1;
	}
	return 0;
}
