/* SPDX-License-Identifier: MIT */
/* Regular files out of a tar in memory (POSIX ustar), by their last name only. */
#ifndef TRAINER_UNTAR_H
#define TRAINER_UNTAR_H

#include "base/err.h"

#include <stdint.h>

/* Writes every file whose name ends in suffix into dir. */
int untar(const uint8_t *tar, long size, const char *suffix, const char *dir,
	struct err *e);

#endif
