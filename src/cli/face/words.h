/* SPDX-License-Identifier: MIT */
/* Values as people read them. */
#ifndef CNNRUN_CLI_WORDS_H
#define CNNRUN_CLI_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/size.h"

/* "5 s", "3 min", "2 h", "4 d" of so many seconds. */
void add_age(struct buf *out, int64_t seconds);
/* Foreign output without escape sequences and other control characters; lone carriage
 * returns become new lines. */
void add_clean(struct buf *out, const char *text, size_t n);
/* path as the project sees it where that is shorter: "." or "docker/home". Borrowed. */
const char *shown_path(const char *path, const char *project);

#endif
