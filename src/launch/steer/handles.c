/* SPDX-License-Identifier: MIT */
#include "launch/steer/handles.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "launch/session/signals.h"

enum { MESSAGE_MAX_BYTES = 8192 };

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void handle_forget_output(struct handle *x)
{
	tail_close(&x->out[0]);
	tail_close(&x->out[1]);
	close_fd(&x->news);
}

static void handle_free(struct handle *x)
{
	handle_forget_output(x);
	close_fd(&x->fd);
	cJSON_Delete(x->result);
	free(x->name);
	free(x->label);
	free(x->digest);
	free(x->why);
	free(x);
}

bool handle_ended(const struct handle *x)
{
	return x->result || x->failed;
}

bool handle_has_ended(void *x)
{
	return handle_ended(x);
}

/* A script may start any number in its life. Of the oldest only the end is known, until
 * the profile knows it. */
static void forget_oldest(struct handles *h)
{
	size_t n = 0, last = h->n;

	for (size_t i = 0; i < last; i++) {
		struct handle *x = h->v[i];

		if (x->pid || i + HANDLES_KEPT >= last) {
			h->v[n++] = x;
			continue;
		}
		handle_forget_output(x);
		if (x->told_end)
			handle_free(x);
		else
			h->v[n++] = x;
	}
	h->n = n;
}

struct handle *handle_new(struct handles *h)
{
	struct handle *x = xcalloc(1, sizeof *x);

	forget_oldest(h);
	*x = (struct handle){.id = ++h->last_id,
		.fd = -1,
		.news = -1,
		.out = {{.fd = -1}, {.fd = -1}}};
	h->v = xrealloc(h->v, (h->n + 1) * sizeof(struct handle *));
	h->v[h->n++] = x;
	return x;
}

struct handle *handle_find(const struct handles *h, int id)
{
	for (size_t i = h->n; i-- > 0;)
		if (h->v[i]->id == id)
			return h->v[i];
	return NULL;
}

void handle_begin(struct handles *h, struct handle *x, pid_t pid, int fd)
{
	x->pid = pid;
	x->fd = fd;
	x->failed = false;
	x->start = clock_seconds();
	if (!h->n_alive++)
		signals_catch();
}

static void reap(struct handles *h, struct handle *x)
{
	int status = 0;

	close_fd(&x->fd);
	while (waitpid(x->pid, &status, 0) < 0 && errno == EINTR)
		;
	x->pid = 0;
	if (!handle_ended(x))
		handle_lost(x, status);
	if (!--h->n_alive)
		signals_release();
}

static void hear(struct handles *h, struct handle *x)
{
	char text[MESSAGE_MAX_BYTES];
	ssize_t n;

	while ((n = recv(x->fd, text, sizeof text, MSG_DONTWAIT)) > 0) {
		AUTO_JSON cJSON *m = json_parse(text, (size_t)n, NULL);

		handle_told(x, m);
	}
	if (n == 0 || (errno != EAGAIN && errno != EINTR) || handle_ended(x))
		reap(h, x);
}

/* One in the foreground had what the terminal's keys send already. What is detached goes
 * on, as docker's does. */
static void forward_signals(struct handles *h)
{
	const char *name;
	int sig;

	while ((sig = signals_next(&name))) {
		if (sig == SIGHUP || sig == SIGINT || sig == SIGQUIT || sig == SIGTERM)
			h->interrupted = sig;
		for (size_t i = 0; i < h->n; i++) {
			const struct handle *x = h->v[i];

			if (x->pid && !x->detached && sig != SIGWINCH && sig != SIGCONT &&
				!(x->foreground && signals_by_terminal()))
				kill(x->pid, sig);
		}
	}
}

void handle_stop(struct handle *x)
{
	if (!x->pid || x->stopping)
		return;
	x->stopping = true;
	kill(x->pid, SIGTERM);
}

static int listen_once(struct handles *h, int fd, int64_t until_ms)
{
	struct pollfd *p = xcalloc(h->n_alive + 2, sizeof *p);
	struct handle **of = xcalloc(h->n_alive + 2, sizeof *of);
	int64_t left = until_ms ? until_ms - clock_ms() : -1;
	size_t n = 2;
	int got;

	p[0] = (struct pollfd){h->n_alive ? signals_fd() : -1, POLLIN, 0};
	p[1] = (struct pollfd){fd, POLLIN, 0};
	for (size_t i = 0; i < h->n; i++)
		if (h->v[i]->pid) {
			of[n] = h->v[i];
			p[n++] = (struct pollfd){h->v[i]->fd, POLLIN, 0};
		}
	if (until_ms && left < 0)
		left = 0;
	got = poll(p, n, left > 60000 ? 60000 : (int)left);
	for (size_t i = 2; got > 0 && i < n; i++)
		if (p[i].revents)
			hear(h, of[i]);
	if (h->n_alive)
		forward_signals(h);
	got = got > 0 && p[1].revents;
	free(p);
	free(of);
	return got;
}

/* Anything may be left to the containers' own end: what the script wanted does not matter
 * any more. */
static int wait_for_all(struct handles *h, struct err *e)
{
	size_t n_detached;

	do {
		n_detached = 0;
		for (size_t i = 0; i < h->n; i++)
			n_detached += h->v[i]->pid && h->v[i]->detached;
		if (h->n_alive > n_detached)
			listen_once(h, -1, 0);
	} while (h->n_alive > n_detached);
	return err_set(e, ERR_INTERRUPTED, "interrupted");
}

int handles_wait(struct handles *h, bool (*enough)(void *ctx), void *ctx, int fd,
	int64_t until_ms, struct err *e)
{
	for (bool last = false;; last = until_ms && clock_ms() >= until_ms) {
		if (h->interrupted)
			return wait_for_all(h, e);
		if (enough && enough(ctx))
			return 1;
		if (last)
			return 0;
		if (listen_once(h, fd, until_ms))
			return h->interrupted ? wait_for_all(h, e) : 1;
	}
}

void handles_signals_default(struct handles *h, bool yes)
{
	if (!h->n_alive)
		return;
	if (!yes)
		signals_catch();
	else
		signals_release();
	if (!signals_end_asked() || h->interrupted)
		return;
	h->interrupted = SIGTERM;
	for (size_t i = 0; i < h->n; i++)
		if (!h->v[i]->detached)
			handle_stop(h->v[i]);
}

void handles_end(struct handles *h)
{
	for (size_t i = 0; i < h->n; i++) {
		if (h->v[i]->pid && h->v[i]->detached)
			kill(h->v[i]->pid, SIGKILL); /* it only watches */
		handle_stop(h->v[i]);
	}
	while (h->n_alive)
		listen_once(h, -1, 0);
	for (size_t i = 0; i < h->n; i++)
		handle_free(h->v[i]);
	free(h->v);
	*h = (struct handles){0};
}
