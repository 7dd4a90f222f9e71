/* SPDX-License-Identifier: MIT */
#include "cuda/check.h"

#include <cstdio>

static thread_local char first[400];

int gpu_note(const char *why, const char *call, const char *file, int line)
{
	if (!why)
		return 0;
	if (!first[0])
		snprintf(first, sizeof(first), "%s:%d: %s: %s", file, line, call, why);
	return -1;
}

int gpu_status(err *e)
{
	if (!first[0])
		return 0;
	err_set(e, "CUDA: %s", first);
	first[0] = 0;
	return -1;
}
