/* SPDX-License-Identifier: MIT */
/* TensorBoard event files: records of scalars. */
#ifndef TRAINER_TENSORBOARD_H
#define TRAINER_TENSORBOARD_H

#include <stdint.h>
#include <stdio.h>

uint32_t tensorboard_crc32c(const void *data, size_t size);
/* First of a file. */
void tensorboard_version(FILE *f, double wall);
/* A run goes on with this step: what stands of it and later ones is no more. */
void tensorboard_start(FILE *f, double wall, long step);
void tensorboard_scalar(FILE *f, double wall, long step, const char *tag, float value);

#endif
