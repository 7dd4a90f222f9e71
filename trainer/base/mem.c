/* SPDX-License-Identifier: MIT */
#include "base/mem.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096, HUGE = 1 << 21, LARGE = 1 << 18 };

void *mem_alloc(size_t bytes)
{
	size_t unit = bytes < LARGE ? MEM_ALIGN : PAGE;
	size_t rounded = (bytes + unit) & ~(unit - 1);
	void *p;

	if (rounded < bytes || posix_memalign(&p, bytes < HUGE ? unit : HUGE, rounded)) {
		fprintf(stderr, "cnntrain: out of memory (%zu bytes)\n", bytes);
		exit(1);
	}
	/* Large memory is not touched before its use: the kernel hands out zeroed pages.
	 */
	if (bytes < LARGE || madvise(p, rounded, MADV_DONTNEED) < 0)
		memset(p, 0, rounded);
	/* A wish. A batch's frequencies lie far apart, on more small pages than a
	 * processor remembers the addresses of. */
	if (bytes >= HUGE)
		madvise(p, bytes & ~(size_t)(HUGE - 1), MADV_HUGEPAGE);
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
