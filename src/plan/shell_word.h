/* SPDX-License-Identifier: MIT */
/* A text as one word of a shell. */
#ifndef CNNRUN_PLAN_SHELL_WORD_H
#define CNNRUN_PLAN_SHELL_WORD_H

#include "base/buf.h"
#include "base/strv.h"

/* Appends s as one word of a shell, in quotes where it needs some, fit for a terminal. */
void shell_word(struct buf *b, const char *s);
/* Appends those from the one at index from on, a blank before each. */
void shell_words(struct buf *b, const struct strv *words, size_t from);

#endif
