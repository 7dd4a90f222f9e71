/* SPDX-License-Identifier: MIT */
#include "cli/batch/follow.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/batch/leave.h"

/* Files are looked at often, the controller, which serves all of a cluster, seldom. */
enum { LOOK_MS = 250, LOOK_IDLE_MS = 1000, ASK_MS = 2000, ASK_MAX_MS = 15000 };
/* So often in a row is it asked of what it does not know, or of what has ended without a
 * last word, which other machines may see later. */
enum { DOUBTS = 3, DOUBTS_UNKNOWN = 8 };

struct watch {
	struct job *j;
	struct job_task *t;
	struct job_log *log;
	int64_t ask_at; /* when the controller is asked */
	int ask_ms, doubts;
	bool silent; /* it did not answer, which was said */
	enum job_state said;
};

bool follow_put(const char *data, size_t n)
{
	while (n) {
		ssize_t k = write(1, data, n);

		if (k < 0 && errno == EAGAIN) {
			struct pollfd p = {.fd = 1, .events = POLLOUT};

			poll(&p, 1, LOOK_MS);
		} else if (k < 0 && errno != EINTR)
			return false;
		data += k > 0 ? k : 0;
		n -= k > 0 ? (size_t)k : 0;
	}
	return true;
}

static int nobody_reads(struct err *e)
{
	return err_set(e, EPIPE, "nobody reads");
}

/* true: something came. */
static int print_more(struct job_log *log, bool *came, struct err *e)
{
	AUTO_BUF struct buf b = {0};
	int64_t before = log->at;

	if (job_log_more(log, &b, e) < 0)
		return -1;
	*came = log->at > before;
	return follow_put(buf_str(&b), b.n) ? 0 : nobody_reads(e);
}

int log_print(struct job_log *log, struct err *e)
{
	AUTO_BUF struct buf rest = {0};
	bool came = true;

	while (came)
		if (print_more(log, &came, e) < 0)
			return -1;
	job_log_rest(log, &rest);
	return follow_put(buf_str(&rest), rest.n) ? 0 : nobody_reads(e);
}

static void tell(struct watch *w)
{
	AUTO_FREE char *name = job_task_name(w->j, w->t);

	if (w->said == w->t->state)
		return;
	w->said = w->t->state;
	if (w->said == JOB_WAITING)
		log_info("job %s waits%s%s", name, w->t->why ? ": " : "",
			w->t->why ? w->t->why : "");
	else if (w->said == JOB_RUNNING && w->t->hosts)
		log_info("job %s runs on %s", name, w->t->hosts);
	else if (w->said == JOB_CANCELLED || w->said == JOB_TIMED_OUT)
		log_info("job %s %s", name,
			w->said == JOB_CANCELLED ? "was cancelled"
						 : "reached its time limit");
	else if (w->said == JOB_LOST)
		log_info("job %s was lost with its node", name);
}

/* true: it has ended, or nobody will ever know. */
static bool ask(struct watch *w)
{
	struct jobs one = {.v = w->j, .n = 1};
	struct err why = {0};

	w->t->state = JOB_UNKNOWN;
	if (jobs_ask(&one, &why) < 0) {
		if (!w->silent)
			log_warn("%s; the job goes on without it", why.msg);
		w->silent = true;
		return false;
	}
	w->silent = false;
	tell(w);
	if (w->t->state == JOB_WAITING || w->t->state == JOB_RUNNING)
		w->doubts = 0;
	else if ((w->t->killed && w->t->state != JOB_UNKNOWN) ||
		 ++w->doubts >= (w->t->state == JOB_UNKNOWN ? DOUBTS_UNKNOWN : DOUBTS))
		return true;
	else
		w->ask_ms = ASK_MS / 2;
	return false;
}

/* true: it has ended. */
static bool look(struct watch *w)
{
	bool killed = w->t->killed;

	if (job_look(w->j, w->t))
		return true;
	if (w->t->killed && !killed) {
		w->ask_at = 0;
		w->ask_ms = ASK_MS / 2;
	}
	if (clock_ms() < w->ask_at)
		return false;
	if (ask(w))
		return true;
	w->ask_at = clock_ms() + w->ask_ms;
	w->ask_ms = w->ask_ms * 3 / 2 > ASK_MAX_MS ? ASK_MAX_MS : w->ask_ms * 3 / 2;
	return false;
}

/* 0 = stay with it. */
static int on_signal(struct watch *w, int sig, int fd, struct err *e)
{
	AUTO_FREE char *name = job_task_name(w->j, w->t);

	if (sig == SIGINT)
		switch (leave_ask(name, fd)) {
		case LEAVE_STAY:
			return 0;
		case LEAVE_CANCEL:
			w->ask_ms = ASK_MS;
			w->ask_at = 0;
			return job_cancel(w->j, w->t, e);
		case LEAVE_IT:
			break;
		}
	log_info("job %s goes on; to follow it: cnnrun logs -f %s; to end it: cnnrun "
		 "cancel %s",
		name, name, name);
	return sig;
}

static int watch_to_end(struct watch *w, int fd, int *left_by, struct err *e)
{
	bool ended = false, came = false;
	int sig, ms = 0;

	while (!ended) {
		sig = leave_watch(fd, -1, ms);
		if (sig == SIGPIPE)
			return nobody_reads(e);
		if (sig && (*left_by = on_signal(w, sig, fd, e)))
			return *left_by < 0 ? -1 : 0;
		ended = look(w); /* what it said before is in the log by then */
		if (print_more(w->log, &came, e) < 0)
			return -1;
		ms = came ? 0 : ms < LOOK_IDLE_MS ? ms + LOOK_MS : LOOK_IDLE_MS;
	}
	return log_print(w->log, e);
}

int follow_job(struct job *j, struct job_task *t, struct job_log *log, int *left_by,
	struct err *e)
{
	struct watch w = {.j = j,
		.t = t,
		.log = log,
		.ask_ms = ASK_MS,
		.ask_at = clock_ms() + ASK_MS / 2,
		.said = JOB_UNKNOWN};
	int fd = leave_begin(), rc;

	*left_by = 0;
	rc = watch_to_end(&w, fd, left_by, e);
	leave_end(fd);
	if (!rc && !*left_by && t->state == JOB_UNKNOWN)
		log_warn("nobody knows any more how job %s ended", j->number);
	return rc;
}
