/* SPDX-License-Identifier: MIT */
/* An archive: nothing of it may come to lie outside its folder, nor under another name.
 */
#include "trainer.h"

#include "fetch/untar.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

static char inner[64];

static void clean(void)
{
	rmdir(inner);
	rmdir(fuzz_dir());
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	snprintf(inner, sizeof inner, "%s/in", fuzz_dir());
	assert(mkdir(inner, 0700) == 0);
	atexit(clean);
	return 0;
}

/* The bytes of all files there, which are removed; names end in .bin. */
static size_t take_files(void)
{
	DIR *d = opendir(inner);
	struct dirent *f;
	struct stat st;
	size_t sum = 0;

	assert(d);
	while ((f = readdir(d))) {
		size_t n = strlen(f->d_name);

		if (!strcmp(f->d_name, ".") || !strcmp(f->d_name, ".."))
			continue;
		assert(n > 4 && !strcmp(f->d_name + n - 4, ".bin"));
		assert(fstatat(dirfd(d), f->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0);
		assert(S_ISREG(st.st_mode));
		sum += (size_t)st.st_size;
		assert(unlinkat(dirfd(d), f->d_name, 0) == 0);
	}
	closedir(d);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stat st;
	struct err e = {0};

	if (untar(data, (long)size, ".bin", inner, &e) < 0)
		fuzz_error(&e);
	assert(take_files() <= size);
	assert(stat(fuzz_dir(), &st) == 0 && st.st_nlink == 3); /* nothing beside it */
	return 0;
}
