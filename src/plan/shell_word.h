/* SPDX-License-Identifier: MIT */
/* A text as one word of a shell. */
#ifndef CNNRUN_PLAN_SHELL_WORD_H
#define CNNRUN_PLAN_SHELL_WORD_H

#include "base/buf.h"

/* Appends s as one word of a shell, in quotes where it needs some, fit for a terminal. */
void shell_word(struct buf *b, const char *s);

#endif
