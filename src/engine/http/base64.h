/* SPDX-License-Identifier: MIT */
/* Base 64 of RFC 4648. */
#ifndef CNNRUN_ENGINE_BASE64_H
#define CNNRUN_ENGINE_BASE64_H

#include "base/buf.h"

/* Both alphabets, padding optional; line breaks are skipped. -1 = not base64.
 */
int base64_decode(const char *s, size_t n, struct buf *out);
/* Padded; url = the URL-safe alphabet. */
void base64_encode(const void *data, size_t n, int url, struct buf *out);

#endif
