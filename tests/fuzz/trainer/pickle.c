/* SPDX-License-Identifier: MIT */
/* A file of CIFAR-10's Python version, twice into one data set. */
#include "trainer.h"

#include "data/dataset.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static float image[3 * 32 * 32];
	struct dataset d = {.channels = 3, .side = 32};
	struct err e = {0};
	int fd, first = 0;
	char *path = fuzz_file(data, size, &fd);

	for (int i = 0; i < 2; i++) {
		if (pickle_add(&d, path, &e) < 0) {
			assert(i == 0);
			fuzz_error(&e);
			break;
		}
		first = i == 0 ? d.count : first;
		assert(first > 0 && d.count == (i + 1) * first);
	}
	for (int i = 0; i < d.count; i++) {
		assert(d.labels[i] <= 9);
		dataset_image(&d, i, i & 1, image);
	}
	dataset_free(&d);
	close(fd);
	free(path);
	return 0;
}
