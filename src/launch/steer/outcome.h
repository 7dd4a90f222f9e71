/* SPDX-License-Identifier: MIT */
/* How what a profile had done by itself went, as its Lua side reads it. */
#ifndef CNNRUN_LAUNCH_OUTCOME_H
#define CNNRUN_LAUNCH_OUTCOME_H

#include "launch/steer/steer.h"

/* out and err: what was captured, NULL = nothing was to be. The caller deletes. */
cJSON *outcome(int code, double seconds, struct buf *out, struct buf *err);
/* Notes that command would be done, and pretends that it went well. */
cJSON *outcome_noted(const struct steer_notes *notes, const char *where,
	const struct strv *command, bool capture);

#endif
