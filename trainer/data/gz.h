/* SPDX-License-Identifier: MIT */
/* Whole files into memory, gzip or not. */
#ifndef TRAINER_GZ_H
#define TRAINER_GZ_H

#include "base/err.h"

#include <stdint.h>

/* The content of path; more than limit bytes is an error. The caller frees *data. */
int gz_read(const char *path, long limit, uint8_t **data, long *size, struct err *e);

#endif
