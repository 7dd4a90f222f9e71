/* SPDX-License-Identifier: MIT */
/* Images with labels, in memory as bytes; normalised as they are put into a batch. */
#ifndef TRAINER_DATASET_H
#define TRAINER_DATASET_H

#include "base/err.h"
#include "net/net.h"

#include <stdbool.h>
#include <stdint.h>

enum { CIFAR_PIXELS = 3 * NET_SIDE * NET_SIDE };

enum dataset_kind { DATASET_CIFAR10, DATASET_FASHION, DATASET_MNIST };

struct dataset {
	int count, channels, side; /* side: 28 or 32; 28 is padded to 32 with black */
	uint8_t *pixels;           /* (count, channels, side, side) */
	uint8_t *labels;           /* (count), 0 … 9 */
	uint8_t *memory[2];        /* what both lie in */
	bool held;                 /* a backend has a copy: batches only name images */
	uint32_t checksum;         /* of the training part's pixels and labels */
};

/* Where images are fetched to, and looked for, unless a directory is said. */
#define DATASET_DIR    "./data"
#define DATASET_SHARED "/usr/share/datasets"

/* The folder with a kind's files: data_dir, or one of the usual folders in it. data_dir
 * NULL:
 * ./data, then /usr/share/datasets. The caller frees *place. */
int dataset_find(
	char **place, enum dataset_kind kind, const char *data_dir, struct err *e);
/* The training or the test part. */
int dataset_load(struct dataset *d, enum dataset_kind kind, const char *place,
	bool training, struct err *e);
void dataset_free(struct dataset *d);

/* Of a kind's images: 1 or 3. */
int dataset_channels(enum dataset_kind kind);

/* As people write it: CIFAR-10. */
const char *dataset_name(enum dataset_kind kind);

/* The ten names of a kind's classes. */
const char *const *dataset_classes(enum dataset_kind kind);

/* One image → (channels, 32, 32), (x/255 - 0.5) / 0.5; mirrored when flip. */
void dataset_image(const struct dataset *d, int index, bool flip, float *image);

/* Readers of one file format each; both check every size before they believe it. */
int idx_load(struct dataset *d, const char *images, const char *labels, struct err *e);
int cifar_load(struct dataset *d, const char *dir, bool training, struct err *e);
/* Appends a file of CIFAR-10's Python version. */
int pickle_add(struct dataset *d, const char *path, struct err *e);
/* Appends images of the CIFAR-10 kind; steps in bytes. path: whose they are. */
int cifar_add(struct dataset *d, const char *path, long count, const uint8_t *pixels,
	long pixel_step, const uint8_t *labels, long label_step, struct err *e);

#endif
