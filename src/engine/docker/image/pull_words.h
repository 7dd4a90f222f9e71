/* SPDX-License-Identifier: MIT */
/* What an engine's words about a failed pull or push mean. */
#ifndef CNNRUN_ENGINE_PULL_WORDS_H
#define CNNRUN_ENGINE_PULL_WORDS_H

#include <stdbool.h>

#include "engine/engine.h"

enum { TRANSFER_TRIES = 5 };

/* "pull" or "push". */
const char *transfer_verb(bool push);
/* After so many tries: how long (ms) to wait before the next, because what was said
 * passes by itself; 0 = there is none. login: the user's was sent along. */
int transfer_wait(const char *ref, const char *said, bool login, int tries);
/* Has e say in words of ours why ref could not be had, or sent, and how it can be; -1. */
int transfer_failed(
	struct engine *g, const char *ref, bool push, bool login, struct err *e);
/* Does a registry, by these words, want to know who asks? */
bool registry_denies(const char *said);

#endif
