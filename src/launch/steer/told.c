/* SPDX-License-Identifier: MIT */
/* What a worker says of its container, and what its silence means. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/mem.h"
#include "launch/run.h"
#include "launch/steer/handles.h"

static void fail(struct handle *x, const cJSON *m)
{
	const char *text = json_str(m, "err");

	x->failed = true;
	x->why = xcalloc(1, sizeof *x->why);
	err_set(x->why, json_int(m, "code", 125), "%s", text ? text : "it failed");
	if (json_bool(m, "moved", false))
		run_moved();
}

/* It was killed, or a signal came before its container could have one. */
void handle_lost(struct handle *x, int status)
{
	bool late = x->limit > 0 && clock_seconds() >= x->start + x->limit;

	if (x->stopping || late) {
		x->result = cJSON_CreateObject();
		cJSON_AddNumberToObject(x->result, "code", 128 + SIGTERM);
		cJSON_AddBoolToObject(x->result, "timed_out", late && !x->stopping);
		cJSON_AddNumberToObject(x->result, "seconds", clock_seconds() - x->start);
		return;
	}
	x->failed = true;
	x->why = xcalloc(1, sizeof *x->why);
	err_set(x->why, ECHILD, "what launched it was ended by signal %d",
		WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

void handle_told(struct handle *x, cJSON *m)
{
	const char *what = json_str(m, "said");

	if (!what)
		return;
	if (!strcmp(what, "start")) {
		x->running = true;
	} else if (!strcmp(what, "detach")) {
		x->detached = true;
	} else if (json_get(m, "err")) {
		fail(x, m);
	} else {
		cJSON_DeleteItemFromObjectCaseSensitive(m, "said");
		json_put(m, "digest", x->digest);
		x->result = cJSON_Duplicate(m, true);
	}
}
