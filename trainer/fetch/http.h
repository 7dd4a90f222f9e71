/* SPDX-License-Identifier: MIT */
/* Downloads through libcurl, which is loaded when the first one begins. */
#ifndef TRAINER_HTTP_H
#define TRAINER_HTTP_H

#include "base/err.h"

#include <stdbool.h>

/* Fetches url to path, going on behind what path already holds; tries a few times when
 * the connection breaks. bar: draw progress on stderr. */
int http_download(const char *url, const char *path, bool bar, struct err *e);

#endif
