/* SPDX-License-Identifier: MIT */
/* CIFAR-10's binary records: the same bytes as the test file and as all five others. */
#include "trainer.h"

#include "data/dataset.h"

static char path[64];

static void clean(void)
{
	char name[64];

	for (int i = 1; i <= 5; i++) {
		snprintf(name, sizeof name, "%s/data_batch_%d.bin", fuzz_dir(), i);
		unlink(name);
	}
	unlink(path);
	rmdir(fuzz_dir());
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char name[64];

	(void)argc;
	(void)argv;
	snprintf(path, sizeof path, "%s/test_batch.bin", fuzz_dir());
	for (int i = 1; i <= 5; i++) {
		snprintf(name, sizeof name, "%s/data_batch_%d.bin", fuzz_dir(), i);
		assert(symlink("test_batch.bin", name) == 0);
	}
	atexit(clean);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static float image[3 * 32 * 32];
	int counts[2] = {0};

	fuzz_write(path, data, size);
	for (int training = 0; training < 2; training++) {
		struct dataset d;
		struct err e = {0};

		if (cifar_load(&d, fuzz_dir(), training, &e) == 0) {
			assert(d.count > 0 && d.channels == 3 && d.side == 32);
			for (int i = 0; i < d.count; i++) {
				assert(d.labels[i] <= 9);
				dataset_image(&d, i, i & 1, image);
			}
			counts[training] = d.count;
		} else {
			fuzz_error(&e);
		}
		dataset_free(&d);
	}
	assert(counts[1] == 5 * counts[0]);
	return 0;
}
