/* SPDX-License-Identifier: MIT */
/* MD5 (RFC 1321): what the data sets' publishers give; against accidents, not against
 * attacks. */
#ifndef TRAINER_MD5_H
#define TRAINER_MD5_H

#include <stddef.h>

/* hex: 32 digits and a 0 */
void md5_hex(const void *data, size_t size, char hex[33]);

#endif
