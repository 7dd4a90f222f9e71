/* SPDX-License-Identifier: MIT */
#include "data/dataset.h"
#include "data/pixel.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIDE = 32 };

static const char *const fashion_places[] = {
	".", "FashionMNIST/raw", "fashion-mnist", NULL};
static const char *const mnist_places[] = {".", "MNIST/raw", "mnist", NULL};

static const char *const cifar10_places[] = {".", "cifar-10-batches-bin", NULL};

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
static char *find_file(const char *dir, const char *place, const char *name)
{
	static const char *const suffix[] = {"", ".gz"};

	for (int i = 0; i < 2; i++) {
		char *path = mem_printf("%s/%s/%s%s", dir, place, name, suffix[i]);

		if (access(path, F_OK) == 0)
			return path;
		free(path);
	}
	return NULL;
}

static int load_idx(struct dataset *d, const char *const *places, const char *data_dir,
	bool training, struct err *e)
{
	const char *dirs[] = {data_dir, DATASET_DIR, "/usr/share/datasets", NULL};
	const char *images =
		training ? "train-images-idx3-ubyte" : "t10k-images-idx3-ubyte";
	const char *labels =
		training ? "train-labels-idx1-ubyte" : "t10k-labels-idx1-ubyte";

	for (int i = 0; dirs[i]; i++) {
		for (int j = 0; places[j]; j++) {
			AUTO_FREE char *a = find_file(dirs[i], places[j], images);
			AUTO_FREE char *b = find_file(dirs[i], places[j], labels);

			if (a && b)
				return idx_load(d, a, b, e);
		}
	}
	return err_set(e,
		"no %s(.gz) in %s, ./data/%s or /usr/share/datasets; for Fashion-MNIST, "
		"'apt install dataset-fashion-mnist', or name its folder with --data_dir",
		images, data_dir, places[1]);
}

static int load_cifar(
	struct dataset *d, const char *data_dir, bool training, struct err *e)
{
	const char *dirs[] = {data_dir, DATASET_DIR, "/usr/share/datasets", NULL};

	for (int i = 0; dirs[i]; i++) {
		for (int j = 0; cifar10_places[j]; j++) {
			AUTO_FREE char *dir =
				mem_printf("%s/%s", dirs[i], cifar10_places[j]);
			AUTO_FREE char *probe = find_file(dir, ".", "test_batch.bin");

			if (probe)
				return cifar_load(d, dir, training, e);
		}
	}
	return err_set(e,
		"no CIFAR-10 binary files (test_batch.bin …) in %s; fetch them with "
		"'cnntrain fetch cifar10', or train on --fashion",
		data_dir);
}

int dataset_channels(enum dataset_kind kind)
{
	return kind == DATASET_CIFAR10 ? 3 : 1;
}

int dataset_load(struct dataset *d, enum dataset_kind kind, const char *data_dir,
	bool training, struct err *e)
{
	*d = (struct dataset){0};
	if (strcmp(data_dir, DATASET_DIR) != 0 && access(data_dir, F_OK) < 0)
		return err_set(e, "--data_dir: there is no directory %s", data_dir);
	switch (kind) {
	case DATASET_FASHION:
		return load_idx(d, fashion_places, data_dir, training, e);
	case DATASET_MNIST:
		return load_idx(d, mnist_places, data_dir, training, e);
	default:
		return load_cifar(d, data_dir, training, e);
	}
}

void dataset_free(struct dataset *d)
{
	free(d->memory[0]);
	free(d->memory[1]);
	*d = (struct dataset){0};
}

void dataset_image(const struct dataset *d, int index, bool flip, float *image)
{
	int pad = (SIDE - d->side) / 2, size = d->side * d->side;
	const uint8_t *from = d->pixels + (long)index * d->channels * size;

	for (int c = 0; c < d->channels; c++, from += size, image += SIDE * SIDE) {
		for (int i = 0; i < SIDE * SIDE; i++)
			image[i] = PIXEL_BLACK;
		for (int y = 0; y < d->side; y++) {
			float *row = image + (y + pad) * SIDE + pad;

			for (int x = 0; x < d->side; x++) {
				int at = flip ? d->side - 1 - x : x;
				row[x] = pixel_value(from[y * d->side + at]);
			}
		}
	}
}
