/* SPDX-License-Identifier: MIT */
#include "data/dataset.h"
#include "data/gz.h"
#include "data/pixel.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define IDX_FILES                                                                        \
	"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",  \
		"t10k-labels-idx1-ubyte"

/* places: folders in a data_dir; parts: files that a folder is known by; fetch: the word
 * for it */
static const struct kind {
	const char *name, *fetch;
	const char *places[4], *parts[5];
} kinds[] = {
	[DATASET_CIFAR10] = {"CIFAR-10", "cifar10",
		{"cifar-10-batches-bin", "cifar-10-batches-py"},
		{"data_batch_1.bin", "test_batch.bin", "data_batch_1", "test_batch"}},
	[DATASET_FASHION] = {"Fashion-MNIST", "fashion",
		{"FashionMNIST/raw", "fashion-mnist"}, {IDX_FILES}},
	[DATASET_MNIST] = {"MNIST", "mnist", {"MNIST/raw", "mnist"}, {IDX_FILES}},
};

static const char *const fashion_classes[] = {"T-shirt/top", "trouser", "pullover",
	"dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"};
static const char *const mnist_classes[] = {
	"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
static const char *const cifar10_classes[] = {"airplane", "automobile", "bird", "cat",
	"deer", "dog", "frog", "horse", "ship", "truck"};

const char *const *dataset_classes(enum dataset_kind kind)
{
	return kind == DATASET_FASHION ? fashion_classes
	       : kind == DATASET_MNIST ? mnist_classes
				       : cifar10_classes;
}

/* The name of a file that exists, plain or compressed, or NULL. The caller frees it. */
static char *find_file(const char *place, const char *name)
{
	static const char *const suffix[] = {"", ".gz"};

	for (int i = 0; i < 2; i++) {
		char *path = mem_printf("%s/%s%s", place, name, suffix[i]);

		if (access(path, F_OK) == 0)
			return path;
		free(path);
	}
	return NULL;
}

/* Any of the files: what is missing then is said, and not looked for elsewhere. */
static bool has_parts(const struct kind *k, const char *place)
{
	for (int i = 0; k->parts[i]; i++) {
		AUTO_FREE char *path = find_file(place, k->parts[i]);

		if (path)
			return true;
	}
	return false;
}

/* dir itself, or one of the folders in it; NULL when it is in none. */
static char *find_place(const struct kind *k, const char *dir)
{
	char *place = mem_printf("%s", dir);

	for (int i = 0; !has_parts(k, place); i++) {
		free(place);
		if (!k->places[i])
			return NULL;
		place = mem_printf("%s/%s", dir, k->places[i]);
	}
	return place;
}

int dataset_find(
	char **place, enum dataset_kind kind, const char *data_dir, struct err *e)
{
	static const char *const usual[] = {DATASET_DIR, DATASET_SHARED, NULL};
	const char *const given[] = {data_dir, NULL};
	const struct kind *k = &kinds[kind];

	*place = NULL;
	if (data_dir && access(data_dir, F_OK) < 0)
		return err_set(e, "--data_dir: there is no directory %s", data_dir);
	for (const char *const *dir = data_dir ? given : usual; *dir && !*place; dir++)
		*place = find_place(k, *dir);
	if (*place)
		return 0;
	if (data_dir)
		return err_set(e,
			"no %s images in %s; 'cnntrain fetch %s --data_dir %s' gets them",
			k->name, data_dir, k->fetch, data_dir);
	return err_set(e,
		"no %s images in " DATASET_DIR " or " DATASET_SHARED "; 'cnntrain fetch "
		"%s' gets them%s",
		k->name, k->fetch,
		kind == DATASET_FASHION ? ", and so does Debian's dataset-fashion-mnist"
					: ", or name their folder with --data_dir");
}

static int load_idx(struct dataset *d, const struct kind *k, const char *place,
	bool training, struct err *e)
{
	const char *const *parts = k->parts + (training ? 0 : 2);
	AUTO_FREE char *images = find_file(place, parts[0]);
	AUTO_FREE char *labels = find_file(place, parts[1]);

	if (images && labels)
		return idx_load(d, images, labels, e);
	return err_set(e, "no %s(.gz) in %s, beside others of %s", parts[images != NULL],
		place, k->name);
}

const char *dataset_name(enum dataset_kind kind)
{
	return kinds[kind].name;
}

int dataset_channels(enum dataset_kind kind)
{
	return kind == DATASET_CIFAR10 ? 3 : 1;
}

int dataset_load(struct dataset *d, enum dataset_kind kind, const char *place,
	bool training, struct err *e)
{
	size_t pixels;

	*d = (struct dataset){0};
	if ((kind == DATASET_CIFAR10 ? cifar_load(d, place, training, e)
				     : load_idx(d, &kinds[kind], place, training, e)) < 0)
		return -1;
	pixels = (size_t)d->count * (size_t)(d->channels * d->side * d->side);
	if (training)
		d->checksum = gz_checksum(
			gz_checksum(0, d->pixels, pixels), d->labels, (size_t)d->count);
	return 0;
}

void dataset_free(struct dataset *d)
{
	free(d->memory[0]);
	free(d->memory[1]);
	*d = (struct dataset){0};
}

void dataset_image(const struct dataset *d, int index, bool flip, float *image)
{
	int pad = (NET_SIDE - d->side) / 2, size = d->side * d->side;
	const uint8_t *from = d->pixels + (long)index * d->channels * size;

	for (int c = 0; c < d->channels;
		c++, from += size, image += NET_SIDE * NET_SIDE) {
		for (int i = 0; i < NET_SIDE * NET_SIDE; i++)
			image[i] = PIXEL_BLACK;
		for (int y = 0; y < d->side; y++) {
			float *row = image + (y + pad) * NET_SIDE + pad;

			for (int x = 0; x < d->side; x++) {
				int at = flip ? d->side - 1 - x : x;
				row[x] = pixel_value(from[y * d->side + at]);
			}
		}
	}
}
