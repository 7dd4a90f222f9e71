/* SPDX-License-Identifier: MIT */
/* What an engine said of itself, kept for the next launch. */
#ifndef CNNRUN_ENGINE_SYSTEM_CACHE_H
#define CNNRUN_ENGINE_SYSTEM_CACHE_H

#include "engine/http/call.h"

/* What this very run of the engine answered to /info before; NULL = ask it. The caller
 * deletes. */
cJSON *system_cached(const struct engine *g);
void system_remember(const struct engine *g, const cJSON *info);

#endif
