/* SPDX-License-Identifier: MIT */
/* A profile's own cnn.run and cnn.exec, carried out or noted. */
#ifndef CNNRUN_LAUNCH_STEER_H
#define CNNRUN_LAUNCH_STEER_H

#include "base/json.h"
#include "launch/run.h"

/* Of what would be done. */
struct steer_notes {
	struct engine_facts facts;
	struct strv *recorded; /* one line each */
	struct rights *rights; /* what that needs */
};

struct steering {
	const struct profile_source *src;
	struct engine *engine;
	const struct run_hooks *hooks;
	/* Nothing is done, and neither engine nor hooks are there; NULL = it is done. */
	const struct steer_notes *notes;
};

/* {"plan":…, "capture":bool, "input":text} → {"code","seconds"} and, captured,
 * "stdout", "stderr". */
int steer_run(const struct steering *s, const cJSON *args, cJSON **reply, struct err *e);
/* {"container":name, "command":[…], "capture", "input", "user", "workdir"} → the same. */
int steer_exec(const struct steering *s, const cJSON *args, cJSON **reply, struct err *e);

#endif
