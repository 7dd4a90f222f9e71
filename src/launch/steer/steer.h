/* SPDX-License-Identifier: MIT */
/* What a profile does by itself: containers that it starts, waits for, looks into and
 * ends; images; what it watches. Carried out, or noted. */
#ifndef CNNRUN_LAUNCH_STEER_H
#define CNNRUN_LAUNCH_STEER_H

#include "base/json.h"
#include "launch/run.h"
#include "launch/steer/handles.h"

/* Of what would be done. */
struct steer_notes {
	struct engine_facts facts;
	struct strv *recorded; /* one line each */
	struct rights *rights; /* what that needs */
};

struct watch;
struct steering {
	const struct profile_source *src;
	struct engine *engine;
	const struct run_hooks *hooks;
	/* What the user typed for all that is started. */
	int (*typed)(void *ctx, struct plan *p, struct err *e);
	void *typed_ctx;
	/* Nothing is done, and neither engine nor hooks are there; NULL = it is done. */
	const struct steer_notes *notes;
	struct handles handles;
	struct watch *watches;
};

/* Is op one of those below? */
bool steer_knows(const char *op);
/* Does op need the engine? */
bool steer_needs_engine(const char *op);
int steer_answer(struct steering *s, const char *op, const cJSON *args, cJSON **reply,
	struct err *e);
/* Ends what still runs, but for what is detached. */
void steer_end(struct steering *s);

/* The questions, a function each. What is noted only answers {"recorded":true}. */

/* start.c: {"plan", "capture", "input", "timeout":seconds, "jobs", "label", "foreground"}
 * → {"handle":number, "name"}. build: {"plan"} → {"image", "id"}. */
int steer_start(struct steering *s, const cJSON *args, cJSON **reply, struct err *e);
int steer_build(struct steering *s, const cJSON *args, cJSON **reply, struct err *e);
/* exec.c: {"container":name, or "handle", "command":[…], "env", "capture", "input",
 * "user", "workdir"} → the same. */
int steer_exec(struct steering *s, const cJSON *args, cJSON **reply, struct err *e);
/* wait.c: {"handles":[…], "any":bool, "timeout"} → {"ended":{"1":{"code", …}}}. */
int steer_wait(struct steering *s, const cJSON *args, cJSON **reply, struct err *e);
/* {"handle"} → how it goes; and to end it. */
int steer_state(struct steering *s, const cJSON *args, cJSON **reply, struct err *e);
int steer_stop(struct steering *s, const cJSON *args, cJSON **reply, struct err *e);
/* {"seconds"} */
int steer_sleep(struct steering *s, const cJSON *args, cJSON **reply, struct err *e);
/* printed.c: {"handle", "stream":1|2, "from"} → {"text", "next", "lost"}. */
int steer_output(struct steering *s, const cJSON *args, cJSON **reply, struct err *e);
/* {"handle"} → {"lines":[[1,"text"], …], "lost"}: none = it has ended. */
int steer_lines(struct steering *s, const cJSON *args, cJSON **reply, struct err *e);
/* {"handle"}: what it printed is not asked for any more. */
int steer_forget(struct steering *s, const cJSON *args, cJSON **reply, struct err *e);
/* watch.c: {"paths":[…], "debounce", "timeout"} → ["path", …] */
int steer_watch(struct steering *s, const cJSON *args, cJSON **reply, struct err *e);
void watches_free(struct watch *w);

/* Notes that this would be done, and answers so. */
cJSON *steer_note(
	const struct steer_notes *n, const char *where, const struct strv *command);
/* The handle that args names; NULL with e: the profile has none such. */
struct handle *steer_handle(struct steering *s, const cJSON *args, struct err *e);
/* A number of seconds that a clock can count, whatever the profile says. */
double steer_seconds(const cJSON *args, const char *key, double fallback);
/* Waits until one more may run beside those that do, jobs of them at most. */
int steer_turn(struct steering *s, int jobs, struct err *e);
/* What is started is on its way: {"handle", "name"}. */
cJSON *steer_begun(const struct handle *x);

#endif
