/* SPDX-License-Identifier: MIT */
#include "base/mem.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096, LARGE = 1 << 18 };

void *mem_alloc(size_t bytes)
{
	size_t align = bytes < LARGE ? MEM_ALIGN : PAGE;
	size_t rounded = (bytes + align) & ~(align - 1);
	void *p = rounded < bytes ? NULL : aligned_alloc(align, rounded);

	if (!p) {
		fprintf(stderr, "cnntrain: out of memory (%zu bytes)\n", bytes);
		exit(1);
	}
	/* Large memory is not touched before its use: the kernel hands out zeroed pages.
	 */
	if (bytes < LARGE || madvise(p, rounded, MADV_DONTNEED) < 0)
		memset(p, 0, rounded);
	return p;
}

float *mem_floats(long count)
{
	return mem_alloc((size_t)count * sizeof(float));
}

char *mem_printf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0) {
		fputs("cnntrain: out of memory\n", stderr);
		exit(1);
	}
	va_end(ap);
	return s;
}

void mem_free(void *pp)
{
	void *p;

	memcpy(&p, pp, sizeof(p));
	free(p);
}

void mem_fclose(void *pp)
{
	FILE *f;

	memcpy(&f, pp, sizeof(f));
	if (f)
		fclose(f);
}
