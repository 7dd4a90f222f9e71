/* SPDX-License-Identifier: MIT */
/* What an engine's words about a failed pull mean. */
#ifndef CNNRUN_ENGINE_PULL_WORDS_H
#define CNNRUN_ENGINE_PULL_WORDS_H

#include <stdbool.h>

#include "base/err.h"

/* Has e say in words of ours why ref could not be had, and how it can be; -1. login: the
 * user's was sent along. */
int pull_failed(const char *ref, bool login, struct err *e);

#endif
