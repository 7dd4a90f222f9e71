/* SPDX-License-Identifier: MIT */
#include <ftw.h>
#include <stdio.h>

#include "batch/batch.h"

static int forget(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	remove(path);
	return 0;
}

void batch_forget(const char *dir)
{
	enum { DIRECTORIES = 16 }; /* open at a time */

	nftw(dir, forget, DIRECTORIES, FTW_DEPTH | FTW_PHYS);
}
