/* SPDX-License-Identifier: MIT */
/* CIFAR-10's binary version (cs.toronto.edu/~kriz/cifar.html): files of records, one byte
 * label and 3 × 32 × 32 bytes, colour planes first. */
#include "base/mem.h"
#include "data/dataset.h"
#include "data/gz.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIXELS = CIFAR_PIXELS, RECORD = 1 + PIXELS, MOST = 1000000 * (RECORD / 10) };

int cifar_add(struct dataset *d, const char *path, long count, const uint8_t *pixels,
	long pixel_step, const uint8_t *labels, long label_step, struct err *e)
{
	long total = d->count + count;
	uint8_t *more = realloc(d->memory[0], (size_t)total * PIXELS);

	if (!more)
		return err_set(e, "%s: no memory for %ld images", path, total);
	d->memory[0] = d->pixels = more;
	more = realloc(d->memory[1], (size_t)total);
	if (!more)
		return err_set(e, "%s: no memory for %ld images", path, total);
	d->memory[1] = d->labels = more;
	for (long i = 0; i < count; i++) {
		uint8_t label = labels[i * label_step];

		if (label > 9)
			return err_set(e, "%s: label of image %ld is %d, not 0 to 9",
				path, i, label);
		d->labels[d->count + i] = label;
		memcpy(d->pixels + (d->count + i) * PIXELS, pixels + i * pixel_step,
			PIXELS);
	}
	d->count = (int)total;
	return 0;
}

/* Appends a file's records to d. */
static int add_records(struct dataset *d, const char *path, struct err *e)
{
	AUTO_FREE uint8_t *data = NULL;
	long size;

	if (gz_read(path, MOST, &data, &size, e) < 0)
		return -1;
	if (size < 1 || size % RECORD)
		return err_set(e,
			"%s: %ld bytes are not whole CIFAR-10 records of %d; fetch it "
			"again",
			path, size, RECORD);
	return cifar_add(d, path, size / RECORD, data + 1, RECORD, data, RECORD, e);
}

int cifar_load(struct dataset *d, const char *dir, bool training, struct err *e)
{
	AUTO_FREE char *binary = mem_printf("%s/data_batch_1.bin", dir);
	AUTO_FREE char *other = mem_printf("%s/test_batch.bin", dir);
	bool python = access(binary, F_OK) < 0 && access(other, F_OK) < 0;

	*d = (struct dataset){.channels = 3, .side = 32};
	for (int i = 1; i <= (training ? 5 : 1); i++) {
		const char *end = python ? "" : ".bin";
		AUTO_FREE char *path =
			training ? mem_printf("%s/data_batch_%d%s", dir, i, end)
				 : mem_printf("%s/test_batch%s", dir, end);

		if ((python ? pickle_add : add_records)(d, path, e) < 0)
			return -1;
	}
	return 0;
}
