/* SPDX-License-Identifier: MIT */
/* A job of a cluster behind ssh, watched from here. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/batch/leave.h"
#include "cli/batch/there.h"

/* A connection that broke is made again for so long. */
enum { AGAIN_MS = 15 * 60 * 1000, PAUSE_MS = 1000, PAUSE_MAX_MS = 15000, PIECE = 65536 };

struct watch {
	struct cli *c;
	const char *job;
	bool table;       /* of its tasks; else what it says */
	const char *tail; /* --tail as it was typed, NULL */
	int64_t at;       /* so many bytes of it have been printed */
	int signals;      /* of leave_begin() */
	int left_by;      /* the signal */
};

static void words_of(const struct watch *w, struct strv *words)
{
	strv_add(words, w->table ? "jobs" : "logs");
	strv_add(words, w->table ? "--watch" : "--follow");
	if (w->tail && !w->at)
		strv_addf(words, "--tail=%s", w->tail);
	else if (!w->table)
		strv_addf(words, "--from=%lld", (long long)w->at);
	strv_add(words, w->job);
}

static int cancel(const struct watch *w, struct err *e)
{
	AUTO_STRV struct strv words = {0};
	AUTO_BUF struct buf said = {0};

	strv_add(&words, "cancel");
	strv_add(&words, w->job);
	return there_ask(w->c, &words, &said, e);
}

/* 0 = stay with it. */
static int on_signal(struct watch *w, int sig, struct err *e)
{
	AUTO_FREE char *typed = there_typed(w->c);

	if (sig == SIGINT)
		switch (leave_ask(w->job, w->signals)) {
		case LEAVE_STAY:
			return 0;
		case LEAVE_CANCEL:
			return cancel(w, e);
		case LEAVE_IT:
			break;
		}
	log_info("job %s goes on; to follow it: %s logs -f %s; to end it: %s cancel %s",
		w->job, typed, w->job, typed, w->job);
	w->left_by = sig;
	return sig;
}

static bool put(const char *data, size_t n)
{
	while (n) {
		ssize_t k = write(1, data, n);

		if (k < 0 && errno != EINTR && errno != EAGAIN)
			return false;
		data += k > 0 ? k : 0;
		n -= k > 0 ? (size_t)k : 0;
	}
	return true;
}

/* What comes from fd until its end, or until the user leaves. */
static int pass_on(struct watch *w, int fd, struct err *e)
{
	struct pollfd p[] = {
		{.fd = fd, .events = POLLIN}, {.fd = w->signals, .events = POLLIN}};
	char piece[PIECE];

	for (;;) {
		ssize_t k;
		int sig, rc;

		if (poll(p, COUNT_OF(p), -1) < 0 && errno != EINTR)
			return err_errno(e, "poll");
		sig = p[1].revents ? leave_wait(w->signals, 0) : 0;
		if (sig && (rc = on_signal(w, sig, e)))
			return rc < 0 ? -1 : 0;
		if (!p[0].revents)
			continue;
		k = read(fd, piece, sizeof piece);
		if (k <= 0)
			return 0;
		if (!put(piece, (size_t)k))
			return err_set(e, EPIPE, "nobody reads");
		w->at += k;
	}
}

/* One connection. *lost: it broke. */
static int once(struct watch *w, bool *lost, int *status, struct err *e)
{
	AUTO_STRV struct strv words = {0};
	struct ssh_there t = {.in = -1, .own_group = true};
	int ends[2], rc;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_errno(e, "pipe");
	t.out = ends[1];
	words_of(w, &words);
	rc = there_begin(w->c, &words, &t, e);
	close(ends[1]);
	if (rc == 0)
		rc = pass_on(w, ends[0], e);
	close(ends[0]);
	if (rc < 0 || w->left_by)
		ssh_there_end(&t);
	else
		ssh_there_ended(&t, true, status);
	*lost = t.lost;
	return rc;
}

/* Nobody lets us in any more, or there is nothing to go on from. */
static bool hopeless(const struct watch *w, int rc, const struct err *why)
{
	return (rc < 0 && why->code != EHOSTUNREACH && why->code != ECONNRESET &&
		       why->code != ETIMEDOUT) ||
	       (w->tail && !w->at);
}

static int to_end(struct watch *w, int *status, struct err *e)
{
	int64_t until = 0, had = -1;
	int pause = PAUSE_MS;

	for (;;) {
		struct err why = {0};
		bool lost = false;
		int rc = once(w, &lost, status, &why), sig;

		if (rc == 0 && !lost)
			return 0;
		if ((!until && !lost) || hopeless(w, rc, &why)) {
			*e = why;
			return -1;
		}
		if (w->at > had) { /* it did work meanwhile */
			log_warn("the connection to %s broke; it is made again",
				w->c->cluster);
			until = clock_ms() + AGAIN_MS;
			had = w->at;
			pause = PAUSE_MS;
		}
		if (clock_ms() > until)
			return err_set(e, ECONNRESET,
				"%s cannot be reached any more; the job goes on",
				w->c->cluster);
		sig = leave_wait(w->signals, pause);
		if (sig && on_signal(w, sig, e))
			return w->left_by ? 0 : -1;
		pause = pause * 2 > PAUSE_MAX_MS ? PAUSE_MAX_MS : pause * 2;
	}
}

static int watch(struct watch *w, int *status, struct err *e)
{
	int rc;

	w->signals = leave_begin();
	rc = to_end(w, status, e);
	leave_end(w->signals);
	if (rc < 0 && e->code == EPIPE)
		return 0; /* the reader has seen enough */
	return rc;
}

/* As the login host's cnnrun would end with it, had it been submitted there. */
static int end_of(struct cli *c, const char *job, struct err *e)
{
	AUTO_STRV struct strv words = {0};
	AUTO_BUF struct buf said = {0};
	AUTO_JSON cJSON *list = NULL;
	const cJSON *one, *status, *state;

	strv_add(&words, "jobs");
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

int there_follow(struct cli *c, const char *job, struct err *e)
{
	struct watch w = {.c = c, .job = job};
	int status = 0;

	if (watch(&w, &status, e) < 0)
		return -1;
	return w.left_by ? 128 + w.left_by : status ? status : end_of(c, job, e);
}

int there_logs(struct cli *c, const struct opts *o, struct err *e)
{
	const char *from = opt_text(o, "from");
	struct watch w = {.c = c,
		.job = o->args[0],
		.tail = opt_text(o, "tail"),
		.at = from ? strtoll(from, NULL, 10) : 0};
	int status = 0;

	if (watch(&w, &status, e) < 0)
		return -1;
	return w.left_by ? 128 + w.left_by : status;
}

int there_watch(struct cli *c, const char *job, struct err *e)
{
	struct watch w = {.c = c, .job = job, .table = true};
	int status = 0;

	if (watch(&w, &status, e) < 0)
		return -1;
	return w.left_by ? 128 + w.left_by : status ? status : end_of(c, job, e);
}
