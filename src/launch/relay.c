/* SPDX-License-Identifier: MIT */
#include "launch/relay.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "host/terminal.h"
#include "launch/signals.h"

enum {
	CHUNK = 65536,
	DEFAULT_GRACE_S = 3,
	DRAIN_MS = 2000,
	DETACH_MS = 300,
	MAX_SIGNALS_BEFORE_KILL = 3
};

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

int relay_begin(struct relay *r, struct err *e)
{
	signals_catch();
	if (!r->tty || (r->io && r->io->out) || !isatty(0))
		return 0;
	if (terminal_raw(0, e) < 0)
		return -1;
	r->raw = true;
	log_raw_terminal(true);
	return 0;
}

void relay_end(struct relay *r)
{
	if (r->raw)
		terminal_restore();
	log_raw_terminal(false);
	signals_release();
	buf_free(&r->pending[0]);
	buf_free(&r->pending[1]);
	buf_free(&r->input_left);
}

static void update_size(struct relay *r)
{
	int rows, cols;

	if (!r->tty || !terminal_size(1, &rows, &cols) ||
		(rows == r->rows && cols == r->cols))
		return;
	if (r->resize(r->g, r->id, rows, cols, NULL) == 0) {
		r->rows = rows;
		r->cols = cols;
	}
}

/* A second TERM, HUP or third INT means it. */
static void ask_for_end(struct relay *r, int sig)
{
	int grace = r->stop_timeout >= 0 ? r->stop_timeout : DEFAULT_GRACE_S;

	r->killed += sig == SIGINT ? 1 : 2;
	if (sig != SIGINT && !r->deadline_ms)
		r->deadline_ms = now_ms() + grace * 1000LL;
	if (r->killed >= MAX_SIGNALS_BEFORE_KILL)
		r->deadline_ms = now_ms();
}

static void forward_signals(struct relay *r)
{
	const char *to = r->signal_to ? r->signal_to : r->id;
	const char *name;
	int sig;

	while ((sig = signals_next(&name))) {
		if (sig == SIGWINCH) {
			update_size(r);
			continue;
		}
		if (sig == SIGCONT) {
			terminal_continue();
			update_size(r);
			continue;
		}
		if (sig == SIGTERM || sig == SIGHUP || sig == SIGINT || sig == SIGQUIT)
			ask_for_end(r, sig);
		if (*to)
			container_kill(r->g, to, name, NULL);
		else if (sig == SIGTERM || sig == SIGHUP)
			r->stream_ended = true;
	}
}

static void flush_output(struct relay *r)
{
	for (int i = 0; i < 2; i++) {
		struct buf *b = &r->pending[i];
		size_t done = 0;

		while (done < b->n && !r->output_lost) {
			ssize_t k = write(i + 1, b->p + done, b->n - done);

			if (k < 0 && errno == EINTR)
				break; /* a signal first */
			if (k < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
				break;
			if (k < 0)
				r->output_lost = true;
			else
				done += (size_t)k;
		}
		buf_drop(b, r->output_lost ? b->n : done);
	}
}

static void take_output(struct relay *r, int channel, const char *data, size_t n)
{
	struct buf *to = NULL;

	if (r->io && r->io->on_log)
		r->io->on_log(r->io->ctx, channel, data, n);
	if (r->io)
		to = channel == 2 ? r->io->err : r->io->out;
	if (!to)
		to = &r->pending[channel == 2];
	buf_add(to, data, n);
}

/* Until it would block, so that poll() tells the truth; output first goes out. */
static int receive(struct relay *r, struct err *e)
{
	static char data[CHUNK];
	int channel = 1;

	while (!r->stream_ended && !r->pending[0].n && !r->pending[1].n) {
		ssize_t n = stream_recv(r->stream, data, sizeof data, &channel, e);

		if (n == 0)
			return 0;
		if (n < 0) {
			r->stream_ended = true;
			return e->code ? -1 : 0;
		}
		take_output(r, channel, data, (size_t)n);
		flush_output(r);
	}
	return 0;
}

static void end_input(struct relay *r)
{
	if (!r->input_ended)
		stream_end_input(r->stream);
	r->input_ended = true;
}

static void read_input(struct relay *r)
{
	ssize_t n;

	if (r->io && (r->io->out || r->io->in)) {
		size_t left = r->io->in ? strlen(r->io->in) - r->input_at : 0;
		size_t k = left < CHUNK ? left : CHUNK;

		if (!k) {
			end_input(r);
			return;
		}
		buf_add(&r->input_left, r->io->in + r->input_at, k);
		r->input_at += k;
		return;
	}
	n = read(0, buf_room(&r->input_left, CHUNK), CHUNK);
	if (n > 0)
		r->input_left.n += (size_t)n;
	else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		end_input(r);
}

static void send_input(struct relay *r)
{
	struct err e = {0};
	ssize_t n = stream_send(r->stream, r->input_left.p, r->input_left.n, &e);

	if (n < 0) {
		buf_drop(&r->input_left, r->input_left.n);
		r->input_ended = true;
		return;
	}
	buf_drop(&r->input_left, (size_t)n);
}

/* Pipes, files and capture: input can be read whenever the last one is gone. */
static bool wants_input(const struct relay *r)
{
	return r->input && !r->input_ended && !r->stream_ended && !r->input_left.n;
}

static void poll_all(struct relay *r, int timeout_ms)
{
	bool captured = r->io && (r->io->out || r->io->in);
	struct pollfd p[] = {
		{signals_fd(), POLLIN, 0},
		{r->stream_ended || r->pending[0].n || r->pending[1].n
				? -1
				: stream_fd(r->stream),
			POLLIN, 0},
		{r->wait && !r->ended ? container_wait_fd(r->wait) : -1, POLLIN, 0},
		{wants_input(r) && !captured ? 0 : -1, POLLIN, 0},
		{r->pending[0].n ? 1 : -1, POLLOUT, 0},
		{r->pending[1].n ? 2 : -1, POLLOUT, 0},
	};

	if (r->input_left.n && !r->stream_ended) {
		p[1].fd = stream_fd(r->stream);
		p[1].events = (short)(p[1].events | POLLOUT);
	}
	if (wants_input(r) && captured)
		timeout_ms = 0;
	if (poll(p, COUNT_OF(p), timeout_ms) < 0)
		return;
	if (p[3].revents || (wants_input(r) && captured))
		read_input(r);
	if (r->input_left.n && !r->stream_ended)
		send_input(r);
}

static int time_left(const struct relay *r)
{
	long long left;

	if (!r->deadline_ms)
		return -1;
	left = r->deadline_ms - now_ms();
	return left < 0 ? 0 : (int)left;
}

static void kill_when_due(struct relay *r)
{
	const char *to = r->signal_to ? r->signal_to : r->id;

	if (!r->deadline_ms || now_ms() < r->deadline_ms)
		return;
	r->deadline_ms = 0;
	if (*to)
		container_kill(r->g, to, "KILL", NULL);
	else
		r->stream_ended = true;
}

/* The stream has ended: the container did too, the detach keys were typed, or the program
 * closed its output and goes on. */
static int wait_after_stream(struct relay *r, int *status, struct err *e)
{
	long long end = now_ms() + DETACH_MS;
	int done;

	while (!(done = container_wait_poll(r->wait, status, e))) {
		AUTO_STATE struct container_state state = {0};
		struct pollfd p[] = {{container_wait_fd(r->wait), POLLIN, 0},
			{signals_fd(), POLLIN, 0}};
		bool found = false;

		poll(p, COUNT_OF(p), r->tty ? 50 : time_left(r));
		forward_signals(r);
		kill_when_due(r);
		if (!r->tty || now_ms() < end)
			continue;
		if (container_inspect(r->g, r->id, &state, &found, e) < 0)
			return -1;
		if (found && state.running) {
			r->detached = true;
			return 0;
		}
	}
	return done < 0 ? -1 : 0;
}

static int loop(struct relay *r, int *status, struct err *e)
{
	long long drain = 0;
	int done;

	for (;;) {
		if (receive(r, e) < 0)
			return err_wrap(e, "the engine's stream broke");
		flush_output(r);
		forward_signals(r);
		kill_when_due(r);
		if (r->output_lost && !r->killed) {
			ask_for_end(r, SIGTERM);
			container_kill(r->g, r->id, "TERM", NULL);
		}
		if (r->wait && !r->ended) {
			done = container_wait_poll(r->wait, status, e);
			if (done < 0)
				return err_wrap(e, "waiting for the container");
			r->ended = done;
			if (done)
				drain = now_ms() + DRAIN_MS;
		}
		if (r->stream_ended && !r->pending[0].n && !r->pending[1].n) {
			if (r->ended || !r->wait)
				return 0;
			return wait_after_stream(r, status, e);
		}
		if (drain && now_ms() > drain)
			return 0;
		poll_all(r, drain ? 100 : time_left(r));
	}
}

int relay_run(struct relay *r, int *status, struct err *e)
{
	update_size(r);
	return loop(r, status, e);
}
