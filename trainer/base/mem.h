/* SPDX-License-Identifier: MIT */
/* Memory: every buffer is made before the first step, zeroed and aligned for vectors. */
#ifndef TRAINER_MEM_H
#define TRAINER_MEM_H

#include <stddef.h>
#include <stdio.h>

#define MEM_ALIGN 64

/* Never NULL: out of memory ends the program with one line. Free with free(). */
void *mem_alloc(size_t bytes);
float *mem_floats(long count);
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

void mem_free(void *pp);
void mem_fclose(void *pp);

/* Free, or close, at the end of the scope. */
#define AUTO_FREE  __attribute__((cleanup(mem_free)))
#define AUTO_CLOSE __attribute__((cleanup(mem_fclose)))

#endif
