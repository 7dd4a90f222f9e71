/* SPDX-License-Identifier: MIT */
#include "fetch/untar.h"
#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 512, NAME = 100, SIZE_AT = 124, SIZE_LENGTH = 12, TYPE_AT = 156 };

static int write_file(
	const char *dir, const char *name, const uint8_t *data, long size, struct err *e)
{
	AUTO_FREE char *path = mem_printf("%s/%s", dir, name);
	FILE *f = fopen(path, "wbe");

	if (!f)
		return err_set(e, "%s: %s", path, strerror(errno));
	if (fwrite(data, 1, (size_t)size, f) != (size_t)size) {
		fclose(f);
		return err_set(e, "%s: %s", path, strerror(errno));
	}
	return fclose(f) == 0 ? 0 : err_set(e, "%s: %s", path, strerror(errno));
}

/* The part behind the last slash, if it may be a file's name here. */
static const char *last_name(const char *name, const char *suffix)
{
	const char *slash = strrchr(name, '/'), *last = slash ? slash + 1 : name;
	size_t length = strlen(last), end = strlen(suffix);

	return length > end && last[0] != '.' && !strcmp(last + length - end, suffix)
		       ? last
		       : NULL;
}

int untar(
	const uint8_t *tar, long size, const char *suffix, const char *dir, struct err *e)
{
	long at = 0;

	while (at + BLOCK <= size && tar[at]) {
		char name[NAME + 1] = "", digits[SIZE_LENGTH + 1] = "";
		const char *last;
		long length;

		memcpy(name, tar + at, NAME);
		memcpy(digits, tar + at + SIZE_AT, SIZE_LENGTH);
		length = strtol(digits, NULL, 8);
		if (length < 0 || length > size - at - BLOCK)
			return err_set(e, "the archive is broken at byte %ld", at);
		last = last_name(name, suffix);
		if (last && (tar[at + TYPE_AT] == '0' || tar[at + TYPE_AT] == 0) &&
			write_file(dir, last, tar + at + BLOCK, length, e) < 0)
			return -1;
		at += BLOCK + (length + BLOCK - 1) / BLOCK * BLOCK;
	}
	return 0;
}
