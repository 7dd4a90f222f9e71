/* SPDX-License-Identifier: MIT */
/* A byte n, n bytes of a labels file, the rest an images file; gzip or not. */
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
	size_t n = size && data[0] < size ? data[0] : 0;
	size_t skip = size ? 1 + n : 0;
	int fd[2];
	char *labels = fuzz_file(data + (size > 0), n, &fd[0]);
	char *images = fuzz_file(data + skip, size - skip, &fd[1]);
	static float image[32 * 32];
	struct dataset d;
	struct err e = {0};

	if (idx_load(&d, images, labels, &e) == 0) {
		assert(d.count > 0 && d.channels == 1 && d.side == 28);
		for (int i = 0; i < d.count; i++) {
			assert(d.labels[i] <= 9);
			dataset_image(&d, i, i & 1, image);
		}
	} else {
		fuzz_error(&e);
	}
	dataset_free(&d);
	for (int i = 0; i < 2; i++)
		close(fd[i]);
	free(labels);
	free(images);
	return 0;
}
