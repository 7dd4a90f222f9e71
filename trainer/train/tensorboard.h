/* SPDX-License-Identifier: MIT */
/* TensorBoard event files: records of scalars. */
#ifndef TRAINER_TENSORBOARD_H
#define TRAINER_TENSORBOARD_H

#include <stdint.h>
#include <stdio.h>

uint32_t tensorboard_crc32c(const void *data, size_t size);
/* First of a file. */
void tensorboard_version(FILE *f, double wall);
void tensorboard_scalar(FILE *f, double wall, long step, const char *tag, float value);

#endif
