/* SPDX-License-Identifier: MIT */
/* A growing byte buffer; always NUL-terminated once it holds something. */
#ifndef CNNRUN_BASE_BUF_H
#define CNNRUN_BASE_BUF_H

#include <stddef.h>

/* Zero-initialise. p is NULL while empty; p[n] == 0 otherwise. */
struct buf {
	char *p;
	size_t n, cap;
};

void buf_add(struct buf *b, const void *data, size_t n);
void buf_adds(struct buf *b, const char *s);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Room for n more bytes; returns where they go. The caller adds to b->n itself. */
char *buf_room(struct buf *b, size_t n);
/* Drops the first n bytes. */
void buf_drop(struct buf *b, size_t n);
/* The text, "" when empty; borrowed until the next call. */
const char *buf_str(const struct buf *b);
/* Hands the text over (never NULL); the buffer is empty afterwards. The caller frees. */
char *buf_take(struct buf *b);
void buf_free(struct buf *b);
#define AUTO_BUF __attribute__((cleanup(buf_free)))

#endif
