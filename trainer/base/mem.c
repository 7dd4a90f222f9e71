/* SPDX-License-Identifier: MIT */
#include "base/mem.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void *mem_alloc(size_t bytes)
{
	size_t rounded = (bytes + MEM_ALIGN) & ~(size_t)(MEM_ALIGN - 1);
	void *p = rounded < bytes ? NULL : aligned_alloc(MEM_ALIGN, rounded);

	if (!p) {
		fprintf(stderr, "cnntrain: out of memory (%zu bytes)\n", bytes);
		exit(1);
	}
	return memset(p, 0, rounded);
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
