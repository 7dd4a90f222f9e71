/* SPDX-License-Identifier: MIT */
/* Readers against broken files, and the loader against threads. */
#include "base/mem.h"
#include "base/rng.h"
#include "data/dataset.h"
#include "data/loader.h"
#include "data/pixel.h"
#include "net/safetensors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <zlib.h>

enum { COUNT = 37 };

static char dir[] = "/tmp/cnntrain-test-XXXXXX";

static char *path_of(const char *name)
{
	return mem_printf("%s/%s", dir, name);
}

static void write_file(const char *name, const void *data, size_t size)
{
	AUTO_FREE char *path = path_of(name);
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, size, f), size);
	fclose(f);
}

static size_t make_images(uint8_t *data, int rank)
{
	uint32_t sizes[] = {COUNT, 28, 28};
	size_t item = rank == 3 ? 28 * 28 : 1;

	memset(data, 0, 4);
	data[2] = 8;
	data[3] = (uint8_t)rank;
	for (int i = 0; i < rank; i++)
		for (int j = 0; j < 4; j++)
			data[4 + 4 * i + j] = (uint8_t)(sizes[i] >> (24 - 8 * j));
	for (size_t i = 0; i < COUNT * item; i++)
		data[4 + 4 * (size_t)rank + i] =
			(uint8_t)(rng_bits(3, i) % (rank == 1 ? 10 : 256));
	return 4 + 4 * (size_t)rank + COUNT * item;
}

static int load(struct dataset *d, struct err *e)
{
	AUTO_FREE char *images = path_of("images");
	AUTO_FREE char *labels = path_of("labels");
	int result = idx_load(d, images, labels, e);

	if (result < 0)
		dataset_free(d);
	return result;
}

static void test_idx(void **state)
{
	static uint8_t images[16 + COUNT * 784 + 1], labels[8 + COUNT];
	size_t size = make_images(images, 3), label_size = make_images(labels, 1);
	struct dataset d;
	struct err e;

	(void)state;
	write_file("labels", labels, label_size);
	write_file("images", images, size);
	assert_int_equal(load(&d, &e), 0);
	assert_int_equal(d.count, COUNT);
	assert_memory_equal(d.pixels, images + 16, COUNT * 784);
	assert_memory_equal(d.labels, labels + 8, COUNT);
	dataset_free(&d);
	write_file("images", images, size + 1);
	assert_int_equal(load(&d, &e), -1);
	assert_non_null(strstr(e.msg, "more data"));
	for (size_t cut = 0; cut < size; cut += cut < 20 ? 1 : 997) {
		write_file("images", images, cut);
		assert_int_equal(load(&d, &e), -1);
	}
	write_file("images", images, size);
	labels[8 + 5] = 10;
	write_file("labels", labels, label_size);
	assert_int_equal(load(&d, &e), -1);
	assert_non_null(strstr(e.msg, "label 5 is 10"));
}

static void test_idx_gzip(void **state)
{
	static uint8_t images[16 + COUNT * 784], labels[8 + COUNT], packed[1 << 16];
	size_t size = make_images(images, 3);
	AUTO_FREE char *path = path_of("images");
	FILE *f;
	size_t packed_size;
	gzFile gz;
	struct dataset d;
	struct err e;

	(void)state;
	write_file("labels", labels, make_images(labels, 1));
	gz = gzopen(path, "wb");
	assert_int_equal(gzwrite(gz, images, (unsigned)size), size);
	gzclose(gz);
	assert_int_equal(load(&d, &e), 0);
	assert_memory_equal(d.pixels, images + 16, COUNT * 784);
	dataset_free(&d);
	f = fopen(path, "rb");
	packed_size = fread(packed, 1, sizeof(packed), f);
	fclose(f);
	for (size_t cut = 1; cut < packed_size; cut += 211) {
		write_file("images", packed, cut);
		assert_int_equal(load(&d, &e), -1);
	}
	for (uint64_t i = 0; i < 300;
		i++) { /* a flipped byte may load other pixels at most */
		size_t at = rng_bits(9, i) % packed_size;
		uint8_t flip = (uint8_t)(1 + rng_bits(10, i) % 255);

		packed[at] ^= flip;
		write_file("images", packed, packed_size);
		if (load(&d, &e) == 0)
			dataset_free(&d);
		packed[at] ^= flip;
	}
}

static void test_cifar(void **state)
{
	static uint8_t data[3 * 3073];
	struct dataset d;
	struct err e;

	(void)state;
	for (int i = 0; i < 3 * 3073; i++)
		data[i] = (uint8_t)(i % 3073 ? i % 251 : i / 3073);
	for (int i = 1; i <= 5; i++) {
		AUTO_FREE char *name = mem_printf("data_batch_%d.bin", i);
		write_file(name, data, sizeof(data));
	}
	assert_int_equal(cifar_load(&d, dir, true, &e), 0);
	assert_int_equal(d.count, 15);
	assert_int_equal(d.labels[4], 1);
	assert_memory_equal(d.pixels + 14 * 3072, data + 2 * 3073 + 1, 3072);
	dataset_free(&d);
	write_file("data_batch_3.bin", data, sizeof(data) - 1);
	assert_int_equal(cifar_load(&d, dir, true, &e), -1);
	assert_non_null(strstr(e.msg, "data_batch_3.bin"));
	dataset_free(&d);
}

/* A sum over everything a pass hands out, in order. */
static double pass(const struct dataset *d, int workers, struct share share, long first)
{
	struct loader *l = loader_new(8, d->channels, workers, share, 42);
	double sum = 0, weight = 1;
	struct batch in;

	for (uint64_t epoch = 0; epoch < 3; epoch++) {
		loader_start(l, d, LOADER_SHUFFLED, epoch, first);
		while (loader_next(l, &in)) {
			for (long i = 0; i < (long)in.count * d->channels * 1024; i++)
				sum += weight * in.images[i] * (double)(i % 7 + 1);
			for (int i = 0; i < in.count; i++)
				sum += weight * in.labels[i];
			weight *= 1.1;
		}
	}
	loader_free(l);
	return sum;
}

/* Each the nearest there is: a constant that is off by its rounding would move the mean
 * of all images. */
static void test_pixel_values(void **state)
{
	(void)state;
	for (int v = 0; v < 256; v++)
		assert_true(pixel_value((uint8_t)v) == (float)((2 * v - 255) / 255.0));
}

static void test_loader(void **state)
{
	static uint8_t pixels[COUNT * 3072], labels[COUNT];
	struct dataset d = {.count = COUNT,
		.channels = 3,
		.side = 32,
		.pixels = pixels,
		.labels = labels};
	struct share whole = {0, 1};
	double want;

	(void)state;
	for (size_t i = 0; i < sizeof(pixels); i++)
		pixels[i] = (uint8_t)rng_bits(1, i);
	want = pass(&d, 0, whole, 0);
	for (int workers = 1; workers <= 4; workers++)
		assert_true(pass(&d, workers, whole, 0) == want);
	assert_true(pass(&d, 2, whole, 2) == pass(&d, 0, whole, 2));
	assert_false(pass(&d, 0, whole, 2) == want);
}

static void test_safetensors(void **state)
{
	AUTO_FREE char *path = path_of("w.safetensors");
	const long shape[] = {3, 5};
	struct st_file f = {.metadata = mem_printf("{\"step\":\"12\"}")}, g;
	static uint8_t bytes[4096];
	struct err e;
	size_t size;
	double step;
	FILE *in;

	(void)state;
	for (int i = 0; i < 15; i++)
		st_add(&f, i ? "x" : "a.b", ST_F32, 2, shape);
	for (size_t i = 0; i < f.data_size; i++)
		f.data[i] = (uint8_t)i;
	assert_int_equal(st_write(&f, path, &e), 0);
	assert_int_equal(st_read(&g, path, &e), 0);
	assert_int_equal(g.count, 15);
	assert_memory_equal(g.data, f.data, f.data_size);
	assert_int_equal(st_find(&g, "a.b")->shape[1], 5);
	assert_true(st_number(&g, "step", &step) && step == 12);
	st_free(&g);
	st_free(&f);
	in = fopen(path, "rb");
	size = fread(bytes, 1, sizeof(bytes), in);
	fclose(in);
	for (size_t cut = 0; cut < size; cut += 3) {
		write_file("w.safetensors", bytes, cut);
		assert_int_equal(st_read(&g, path, &e), -1);
	}
	for (uint64_t i = 0; i < 3000; i++) {
		size_t at = rng_bits(5, i) % 600;
		uint8_t flip = (uint8_t)(1 + rng_bits(6, i) % 255);

		bytes[at] ^= flip;
		write_file("w.safetensors", bytes, size);
		if (st_read(&g, path, &e) == 0)
			st_free(&g);
		bytes[at] ^= flip;
	}
}

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	AUTO_FREE char *command = mem_printf("rm -r %s", dir);

	(void)state;
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_idx),
		cmocka_unit_test(test_idx_gzip),
		cmocka_unit_test(test_cifar),
		cmocka_unit_test(test_pixel_values),
		cmocka_unit_test(test_loader),
		cmocka_unit_test(test_safetensors),
	};
	return cmocka_run_group_tests_name("data", tests, make_dir, remove_dir);
}
