/* SPDX-License-Identifier: MIT */
/* An Xauthority file: the cookie for display :0. */
#include "fuzz.h"

#include "host/x11/x11.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_BUF struct buf out = {0};
	struct err e = {0};
	bool found = false;
	int fd;
	AUTO_FREE char *path = fuzz_file(data, size, &fd);

	setenv("XAUTHORITY", path, 1);
	assert(x11_cookie(":0", "0", &out, &found, &e) == 0);
	assert(found == (out.n > 0) && out.n < 512);
	close(fd);
	return 0;
}
