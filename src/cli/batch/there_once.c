/* SPDX-License-Identifier: MIT */
#include "cli/batch/there_once.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/batch/follow.h"
#include "cli/batch/leave.h"
#include "cli/batch/there.h"

enum { PIECE = 65536 };

static void words_of(const struct there_watch *w, struct strv *words)
{
	there_words(words, w->table ? "jobs" : "logs");
	strv_add(words, w->table ? "--watch" : "--follow");
	if (w->tail)
		strv_addf(words, "--tail=%s", w->tail);
	else if (!w->table)
		strv_addf(words, "--from=%lld", (long long)w->at);
	strv_add(words, w->job);
}

static int cancel(const struct there_watch *w, struct err *e)
{
	AUTO_STRV struct strv words = {0};
	AUTO_BUF struct buf said = {0};

	there_words(&words, "cancel");
	strv_add(&words, w->job);
	return there_ask(w->c, &words, &said, e) < 0
		       ? err_wrap(e, "job %s is not cancelled", w->job)
		       : 0;
}

int there_signal(struct there_watch *w, int sig, struct err *e)
{
	AUTO_FREE char *typed = there_typed(w->c);

	if (sig == SIGPIPE)
		return err_set(e, EPIPE, "nobody reads");
	if (sig == SIGINT)
		switch (leave_ask(w->job, w->signals)) {
		case LEAVE_STAY:
			return 0;
		case LEAVE_CANCEL:
			return cancel(w, e);
		case LEAVE_IT:
			break;
		}
	log_info("job %s goes on; to follow it: %s %s %s; to end it: %s cancel %s",
		w->job, typed, w->table ? "jobs --watch" : "logs -f", w->job, typed,
		w->job);
	w->left_by = sig;
	return sig;
}

/* What comes from fd until its end, or until the user leaves. */
static int pass_on(struct there_watch *w, int fd, struct err *e)
{
	char piece[PIECE];

	for (;;) {
		int sig = leave_watch(w->signals, fd, -1), rc;
		ssize_t k;

		if (sig && (rc = there_signal(w, sig, e)))
			return rc < 0 ? -1 : 0;
		k = read(fd, piece, sizeof piece);
		if (k == 0 || (k < 0 && errno != EINTR && errno != EAGAIN))
			return 0;
		if (k > 0 && !follow_put(piece, (size_t)k))
			return there_signal(w, SIGPIPE, e);
		w->at += k > 0 ? k : 0;
	}
}

static enum there_ended once_piped(
	struct there_watch *w, const struct strv *words, int *status, struct err *e)
{
	struct ssh_there t = {.in = -1, .own_group = true};
	int ends[2], rc;

	if (pipe2(ends, O_CLOEXEC) < 0) {
		err_errno(e, "pipe");
		return THERE_FAILED;
	}
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	t.out = ends[1];
	rc = there_begin(w->c, words, &t, e);
	close(ends[1]);
	if (rc < 0) {
		close(ends[0]);
		return THERE_NOT_MADE;
	}
	rc = pass_on(w, ends[0], e);
	close(ends[0]);
	if (rc < 0 || w->left_by)
		ssh_there_end(&t);
	else
		ssh_there_ended(&t, true, status);
	if (rc < 0)
		return THERE_FAILED;
	return t.lost && !w->left_by ? THERE_BROKE : THERE_ENDED;
}

/* There it is drawn for this terminal, whose Ctrl-C arrives there as one. */
static enum there_ended once_drawn(
	struct there_watch *w, const struct strv *words, int *status, struct err *e)
{
	int sig = SIGINT;

	while (sig && !w->left_by) {
		struct ssh_there t = {0};

		there_streams(&t);
		if (there_begin(w->c, words, &t, e) < 0)
			return THERE_NOT_MADE;
		sig = there_await(&t, w->signals, status);
		if (!sig && t.lost)
			return THERE_BROKE;
		if (!sig && *status == 128 + SIGINT)
			sig = SIGINT;
		if (sig && there_signal(w, sig, e) < 0)
			return THERE_FAILED;
	}
	return THERE_ENDED;
}

enum there_ended there_once(struct there_watch *w, int *status, struct err *e)
{
	AUTO_STRV struct strv words = {0};

	words_of(w, &words);
	return w->table && isatty(0) && isatty(1) ? once_drawn(w, &words, status, e)
						  : once_piped(w, &words, status, e);
}
