/* SPDX-License-Identifier: MIT */
/* Files that are written whole and then take another's place. */
#ifndef TRAINER_FILE_H
#define TRAINER_FILE_H

#include "base/err.h"

/* What is there and no ordinary file (a device, a pipe, a directory) is not to be
 * replaced: 0, or -1 with e set. */
int file_replaceable(const char *path, struct err *e);

/* temporary becomes path. -1 with e set: path is as it was, and temporary is gone. */
int file_replace(const char *temporary, const char *path, struct err *e);

#endif
