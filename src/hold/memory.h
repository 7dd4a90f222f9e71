/* SPDX-License-Identifier: MIT */
/* What compilers call for structs, where there is no C library: for one file of a
 * program. */
#ifndef CNNRUN_HOLD_MEMORY_H
#define CNNRUN_HOLD_MEMORY_H

#include "hold/sys.h"

#ifdef HOLD_FREESTANDING

void *memcpy(void *to, const void *from, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		((char *)to)[i] = ((const char *)from)[i];
		__asm__ volatile("" ::: "memory"); /* is no memcpy */
	}
	return to;
}

void *memset(void *to, int c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		((char *)to)[i] = (char)c;
		__asm__ volatile("" ::: "memory");
	}
	return to;
}

#endif

#endif
