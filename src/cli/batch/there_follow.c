/* SPDX-License-Identifier: MIT */
/* A job of a cluster behind ssh, watched from here to its end. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/batch/leave.h"
#include "cli/batch/there.h"
#include "cli/batch/there_fetch.h"
#include "cli/batch/there_once.h"

/* A connection that broke is made again for so long. */
enum { AGAIN_MS = 15 * 60 * 1000, PAUSE_MS = 1000, PAUSE_MAX_MS = 15000 };

/* Of a tail nobody knows at which byte it began. */
static int no_way_on(const struct there_watch *w, struct err *e)
{
	AUTO_FREE char *typed = there_typed(w->c);

	return err_set(e, ECONNRESET,
		"the connection to %s broke, and the job goes on; to follow it: %s "
		"logs -f %s",
		w->c->cluster, typed, w->job);
}

/* The connection broke at until - AGAIN_MS, or could not be made again. */
static int pause_for(struct there_watch *w, int64_t until, int ms, struct err *e)
{
	AUTO_FREE char *typed = there_typed(w->c);
	int sig;

	if (clock_ms() > until)
		return err_set(e, ECONNRESET,
			"%s cannot be reached any more, and job %s goes on; to follow "
			"it: %s logs -f %s",
			w->c->cluster, w->job, typed, w->job);
	sig = leave_wait(w->signals, ms);
	return sig ? there_signal(w, sig, e) : 0;
}

static int to_end(struct there_watch *w, int *status, struct err *e)
{
	int64_t until = 0, had = -1, since;
	int pause = PAUSE_MS, rc;

	for (;;) {
		struct err why = {0};
		enum there_ended how;

		since = clock_ms();
		how = there_once(w, status, &why);
		if (how == THERE_ENDED)
			return 0;
		if (how == THERE_FAILED ||
			(how == THERE_NOT_MADE && (!until || why.code == EACCES))) {
			*e = why;
			return -1;
		}
		if (w->tail)
			return no_way_on(w, e);
		/* is it another breach, or one that goes on? */
		if (how == THERE_BROKE &&
			(!until || w->at > had || clock_ms() - since > PAUSE_MAX_MS)) {
			log_warn("the connection to %s broke; it is made again",
				w->c->cluster);
			until = clock_ms() + AGAIN_MS;
			had = w->at;
			pause = PAUSE_MS;
		}
		rc = pause_for(w, until, pause, e);
		if (rc)
			return w->left_by ? 0 : -1;
		pause = pause * 2 > PAUSE_MAX_MS ? PAUSE_MAX_MS : pause * 2;
	}
}

static int watch(struct there_watch *w, int *status, struct err *e)
{
	int rc;

	w->signals = leave_begin();
	rc = to_end(w, status, e);
	leave_end(w->signals);
	return rc;
}

/* As the login host's cnnrun would end with it, had it been submitted there. */
static int end_of(struct cli *c, const char *job, struct err *e)
{
	AUTO_STRV struct strv words = {0};
	AUTO_BUF struct buf said = {0};
	AUTO_JSON cJSON *list = NULL;
	const cJSON *one, *status, *state;

	there_words(&words, "jobs");
	strv_add(&words, "--json");
	strv_add(&words, job);
	if (there_ask(c, &words, &said, e) < 0)
		return -1;
	list = cJSON_ParseWithLength(buf_str(&said), said.n);
	one = cJSON_GetArrayItem(list, 0);
	status = cJSON_GetObjectItemCaseSensitive(one, "status");
	state = cJSON_GetObjectItemCaseSensitive(one, "state");
	if (!cJSON_IsString(state))
		return err_set(e, EPROTO,
			"%s: 'cnnrun jobs --json' is not understood; is it "
			"the same version there?",
			c->cluster);
	if (cJSON_IsNumber(status) && status->valueint >= 0 && status->valueint < 256)
		return status->valueint;
	if (!strcmp(state->valuestring, "done"))
		return 0;
	if (!strcmp(state->valuestring, "timed out"))
		return 124;
	return strcmp(state->valuestring, "cancelled") ? 125 : 128 + SIGTERM;
}

int there_follow(struct cli *c, const struct there_job *j, struct err *e)
{
	struct there_watch w = {.c = c, .job = j->number, .table = j->tasks};
	int status = 0, came;

	if (watch(&w, &status, e) < 0)
		return -1;
	if (w.left_by)
		return 128 + w.left_by;
	if (!status)
		status = end_of(c, j->number, e);
	came = j->awaited ? there_bring(c, j->number) : 0;
	return status ? status : came;
}

int there_logs(struct cli *c, const struct opts *o, struct err *e)
{
	const char *from = opt_text(o, "from");
	struct there_watch w = {.c = c,
		.job = o->args[0],
		.tail = opt_text(o, "tail"),
		.at = from ? strtoll(from, NULL, 10) : 0};
	int status = 0;

	if (watch(&w, &status, e) < 0)
		return e->code == EPIPE ? 0 : -1; /* the reader has seen enough */
	return w.left_by ? 128 + w.left_by : status;
}
