/* SPDX-License-Identifier: MIT */
#include "launch/steer/worker.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "engine/container.h"
#include "launch/session/drain.h"
#include "launch/session/signals.h"

static volatile sig_atomic_t late;

/* To whatever goes on, its time is over as if somebody had asked for its end. */
static void on_alarm(int sig)
{
	(void)sig;
	late = 1;
	kill(getpid(), SIGTERM);
}

static void on_hold(int sig)
{
	(void)sig;
}

/* Who is in the background while a question stands on the terminal waits, and is not
 * stopped. */
static void go_to_background(void)
{
	struct sigaction a = {.sa_handler = on_hold};

	setpgid(0, 0);
	sigaction(SIGTTOU, &a, NULL);
}

static void begin_clock(const struct handle *x)
{
	struct sigaction a = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
	double whole = 0, part = modf(x->limit, &whole);
	struct itimerval t = {.it_value = {(time_t)whole, (suseconds_t)(part * 1e6)}};

	if (x->limit <= 0)
		return;
	sigaction(SIGALRM, &a, NULL);
	setitimer(ITIMER_REAL, &t, NULL);
}

static void say(const struct worker *w, const char *what, cJSON *m)
{
	AUTO_FREE char *text = NULL;

	cJSON_AddStringToObject(m, "said", what);
	text = json_text(m, false);
	if (send(w->fd, text, strlen(text), MSG_NOSIGNAL) < 0) {
		/* nobody listens any more */
	}
	cJSON_Delete(m);
}

static void take(void *ctx, int channel, const char *data, size_t n)
{
	struct worker *w = ctx;

	tail_add(&w->handle->out[channel == 2], data, n);
	eventfd_write(w->handle->news, 1);
	if (w->shown)
		prefix_add(&w->prefix, channel, data, n);
}

static void on_start(void *ctx, const char *id)
{
	struct worker *w = ctx;

	str_set(&w->id, id);
	begin_clock(w->handle);
	say(w, "start", cJSON_CreateObject());
}

/* Only the engine knows, and only until the container is removed. */
static void on_end(void *ctx, const char *id, int status)
{
	struct worker *w = ctx;
	AUTO_STATE struct container_state c = {0};
	bool found = false;

	w->oom = status && container_inspect(w->g, id, &c, &found, NULL) == 0 && found &&
		 c.oom_killed;
}

static void on_detach(void *ctx)
{
	struct worker *w = ctx;

	w->detached = true;
	say(w, "detach", cJSON_CreateObject());
}

static bool take_log(void *ctx, int channel, const char *data, size_t n)
{
	take(ctx, channel, data, n);
	return true;
}

/* Its end is another's to undo; here it is waited for. */
static int watch(struct worker *w, int *status, struct err *e)
{
	AUTO_STREAM struct stream *log = NULL;
	struct container_wait *wait = NULL;
	int done = 0;

	if (container_wait_started(w->g, w->id, &wait, e) < 0 ||
		container_logs(w->g, w->id, false, true, -1, false, &log, e) < 0) {
		container_wait_free(wait);
		return -1;
	}
	signals_catch();
	if (drain(log, NULL, true, take_log, w, NULL) < 0 && launch_end_asked())
		container_stop(w->g, w->id, -1, NULL);
	while (!(done = container_wait_poll(wait, status, e))) {
		if (launch_end_asked())
			container_stop(w->g, w->id, -1, NULL);
		usleep(20000);
	}
	signals_release();
	container_wait_free(wait);
	return done < 0 ? -1 : 0;
}

static void say_end(
	struct worker *w, int rc, int status, double start, const struct err *e)
{
	cJSON *m = cJSON_CreateObject();

	prefix_end(&w->prefix);
	if (rc < 0) {
		cJSON_AddStringToObject(m, "err", e->msg);
		cJSON_AddNumberToObject(m, "code", status);
		cJSON_AddBoolToObject(m, "moved", status == 125 && e->code == ESTALE);
	}
	if (rc == 0)
		cJSON_AddNumberToObject(m, "code", status);
	cJSON_AddBoolToObject(m, "oom", w->oom);
	cJSON_AddBoolToObject(m, "detached", w->detached);
	cJSON_AddBoolToObject(m, "timed_out", late != 0);
	cJSON_AddNumberToObject(m, "seconds", clock_seconds() - start);
	say(w, "end", m);
}

/* The others' descriptors are not this one's to keep open. */
static void close_others(const struct handles *h, const struct handle *x)
{
	for (size_t i = 0; i < h->n; i++) {
		struct handle *o = h->v[i];

		if (o == x)
			continue;
		tail_close(&o->out[0]);
		tail_close(&o->out[1]);
		if (o->fd >= 0)
			close(o->fd);
		if (o->news >= 0)
			close(o->news);
	}
}

static _Noreturn void in_worker(
	struct worker *w, const char *url, const struct work *work)
{
	struct err e = {0};
	double start = clock_seconds();
	int status = 125, rc;

	if (!w->handle->foreground)
		go_to_background();
	rc = engine_open(url, &w->g, &e);
	if (!rc)
		rc = work->run(work->ctx, w, &status, &e);
	if (!rc && w->detached && !w->handle->foreground)
		rc = watch(w, &status, &e);
	say_end(w, rc, status, start, &e);
	_exit(0); /* the connection's master, where there is one, is the parent's */
}

static int open_output(struct handle *x, struct err *e)
{
	if (x->foreground)
		return 0;
	x->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (x->news < 0)
		return err_errno(e, "eventfd");
	return tail_open(&x->out[0], e) < 0 ? -1 : tail_open(&x->out[1], e);
}

static _Noreturn void become_worker(struct handles *h, struct handle *x, int fd,
	pid_t parent, const char *url, const struct work *work, const sigset_t *mask)
{
	struct worker w = {.handle = x,
		.fd = fd,
		.shown = work->shown,
		.prefix = {.name = x->label, .color = x->id},
		.events = {
			.on_start = on_start, .on_end = on_end, .on_detach = on_detach}};

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		_exit(1);
	signals_forget();
	sigprocmask(SIG_SETMASK, mask, NULL);
	close_others(h, x);
	w.events.ctx = &w;
	w.io = (struct launch_io){
		.take = x->foreground ? NULL : take, .ctx = &w, .in = work->input};
	in_worker(&w, url, work);
}

int worker_start(struct handles *h, struct handle *x, const char *url,
	const struct work *work, struct err *e)
{
	sigset_t all, mask;
	pid_t parent = getpid(), pid;
	int pair[2];

	str_set(&x->name, work->name);
	str_set(&x->label, work->label ? work->label : work->name);
	str_set(&x->digest, work->digest);
	x->failed = true; /* until it runs */
	if (open_output(x, e) < 0)
		return -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return err_errno(e, "socketpair");
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &mask);
	pid = fork();
	if (pid == 0) {
		close(pair[0]);
		become_worker(h, x, pair[1], parent, url, work, &mask);
	}
	close(pair[1]);
	if (pid > 0)
		handle_begin(h, x, pid, pair[0]);
	else
		close(pair[0]);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	return pid < 0 ? err_errno(e, "fork") : 0;
}
