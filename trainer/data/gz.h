/* SPDX-License-Identifier: MIT */
/* Whole files into memory, gzip or not. */
#ifndef TRAINER_GZ_H
#define TRAINER_GZ_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* The content of path; more than limit bytes is an error. The caller frees *data. */
int gz_read(const char *path, long limit, uint8_t **data, long *size, struct err *e);

/* CRC-32, begun with 0 and gone on with what it gave. */
uint32_t gz_checksum(uint32_t before, const uint8_t *data, size_t size);

#endif
