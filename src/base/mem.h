/* SPDX-License-Identifier: MIT */
/* Memory that never fails, and clean-up at scope end. */
#ifndef CNNRUN_BASE_MEM_H
#define CNNRUN_BASE_MEM_H

#include <stdarg.h>
#include <stddef.h>

/* Allocators that print one line and _exit(125) when memory is out. The caller frees
 * with free(). They are installed into cJSON as well by mem_init(). */
void *xmalloc(size_t n);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *p, size_t n);
char *xstrdup(const char *s); /* NULL in, NULL out */
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

/* Once, first thing in main(). */
void mem_init(void);

/* Frees *slot and stores a copy of s (NULL clears). */
void str_set(char **slot, const char *s);

/* Clean-up attributes. An AUTO_ variable must never be live across a Lua call that can
 * raise: longjmp skips it. */
void mem_free_ptr(void *slot);
void mem_close_fd(const int *fd);
#define AUTO_FREE __attribute__((cleanup(mem_free_ptr)))
#define AUTO_FD   __attribute__((cleanup(mem_close_fd)))

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

#endif
