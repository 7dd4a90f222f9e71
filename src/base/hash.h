/* SPDX-License-Identifier: MIT */
/* SHA-256, as hexadecimal text. */
#ifndef CNNRUN_BASE_HASH_H
#define CNNRUN_BASE_HASH_H

#include <stddef.h>

enum { HASH_HEX = 65 }; /* 64 digits and a NUL */

void hash_hex(const void *data, size_t n, char out[HASH_HEX]);

#endif
