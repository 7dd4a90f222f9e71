/* SPDX-License-Identifier: MIT */
/* Numbers of bytes as people read them: "4 GiB", "1.5 MiB", "1000 B". */
#ifndef CNNRUN_BASE_SIZE_H
#define CNNRUN_BASE_SIZE_H

#include <stdint.h>

#include "base/buf.h"

void add_size(struct buf *out, int64_t bytes);
/* The caller frees. */
char *size_words(int64_t bytes);

#endif
