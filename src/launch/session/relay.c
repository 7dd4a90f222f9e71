/* SPDX-License-Identifier: MIT */
#include "launch/session/relay.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "host/terminal.h"
#include "launch/session/signals.h"

enum {
	CHUNK = 65536,
	DEFAULT_GRACE_S = 3,
	DRAIN_MS = 2000,
	DETACH_MS = 300,
	SLOW_END_MS = 5000,
	GIVE_UP_MS = 5000,
	EARLY_MS = 300,
	MAX_SIGNALS_BEFORE_KILL = 3
};

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
	if (r->role == RELAY_OWN) {
		if (sig != SIGINT && !r->deadline_ms)
			r->deadline_ms = clock_ms() + grace * 1000LL;
		if (r->killed >= MAX_SIGNALS_BEFORE_KILL)
			r->deadline_ms = clock_ms();
	} else if (r->role == RELAY_EXEC || sig == SIGHUP || sig == SIGPIPE ||
		   r->killed >= MAX_SIGNALS_BEFORE_KILL) {
		r->left_by = sig;
	}
}

static bool has_pending(const struct relay *r)
{
	return r->pending[0].n || r->pending[1].n;
}

/* Output that nobody takes keeps the engine from ending the container, and from answering
 * anything more about it. */
static void drop_output(struct relay *r)
{
	if (!has_pending(r))
		return;
	stream_abandon(r->stream);
	r->stream_ended = true;
	buf_free(&r->pending[0]);
	buf_free(&r->pending[1]);
}

static void take_signal(struct relay *r, int sig, const char *name)
{
	if (sig == SIGCONT)
		terminal_continue();
	if (sig == SIGCONT || sig == SIGWINCH) {
		update_size(r);
		return;
	}
	if (sig != SIGUSR1 && sig != SIGUSR2) {
		if (r->killed && r->role == RELAY_OWN)
			drop_output(r);
		ask_for_end(r, sig);
	}
	if (r->role == RELAY_EXEC || r->left_by)
		return;
	container_kill(r->g, r->id, name, NULL);
	/* so early the init may not listen yet, and as process 1 the kernel drops for it
	 * what it does not listen to */
	if (r->role == RELAY_OWN && clock_ms() < r->start_ms + EARLY_MS) {
		r->again = name;
		r->again_ms = clock_ms() + EARLY_MS;
	}
}

static void signal_again_when_due(struct relay *r)
{
	if (!r->again || clock_ms() < r->again_ms)
		return;
	if (!r->ended)
		container_kill(r->g, r->id, r->again, NULL);
	r->again = NULL;
}

static void forward_signals(struct relay *r)
{
	const char *name;
	int sig;

	while ((sig = signals_next(&name)))
		take_signal(r, sig, name);
}

/* Until it would block, so that poll() tells the truth; output first goes out. */
static int receive(struct relay *r, struct err *e)
{
	char data[CHUNK]; /* a handler may run a launch of its own in between */
	int channel = 1;

	while (!r->stream_ended && !has_pending(r)) {
		ssize_t n = stream_recv(r->stream, data, sizeof data, &channel, e);

		if (n == 0)
			return 0;
		if (n < 0) {
			r->stream_ended = true;
			return e->code ? -1 : 0;
		}
		relay_output(r, channel, data, (size_t)n);
		if (r->drain_ms && !r->killed)
			r->drain_ms = clock_ms() + DRAIN_MS;
		relay_flush(r);
	}
	return 0;
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
		{r->stream_ended || has_pending(r) ? -1 : stream_fd(r->stream), POLLIN,
			0},
		{r->wait && !r->ended ? container_wait_fd(r->wait) : -1, POLLIN, 0},
		{wants_input(r) && !captured ? 0 : -1, POLLIN, 0},
		{r->pending[0].n ? 1 : -1, POLLOUT, 0},
		{r->pending[1].n ? 2 : -1, POLLOUT, 0},
		{r->ledger ? ledger_fd(r->ledger) : -1, 0, 0},
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
		relay_read(r);
	if (r->input_left.n && !r->stream_ended)
		relay_send(r);
	if (p[6].revents && ledger_mend(r->ledger) < 0)
		r->ledger = NULL;
}

static int time_left(const struct relay *r)
{
	int64_t due = r->deadline_ms, left;

	if (!due && !r->ended)
		due = r->give_up_ms;
	if (r->again && (!due || r->again_ms < due))
		due = r->again_ms;
	left = due - clock_ms();
	return !due ? -1 : left < 0 ? 0 : (int)left;
}

static void kill_when_due(struct relay *r)
{
	if (!r->deadline_ms || clock_ms() < r->deadline_ms)
		return;
	r->deadline_ms = 0;
	drop_output(r);
	container_kill(r->g, r->id, "KILL", NULL);
	r->give_up_ms = clock_ms() + GIVE_UP_MS;
}

/* An engine that took the KILL, or only said that it has started the container. */
static bool is_hopeless(const struct relay *r, struct err *e)
{
	if (r->ended || !r->give_up_ms || clock_ms() < r->give_up_ms)
		return false;
	err_set(e, ETIMEDOUT, "the container engine does not end the container");
	return true;
}

/* Was the last key the last of the detach keys? */
static bool maybe_detached(const struct relay *r)
{
	const char *keys = r->detach_keys ? r->detach_keys : "ctrl-p,ctrl-q";
	const char *last = strrchr(keys, ',');

	last = last && last[1] ? last + 1 : keys;
	if (!strncmp(last, "ctrl-", 5))
		return r->last_key == (last[5] & 0x1f);
	return r->last_key == *last;
}

/* The stream has ended: the container did too, the detach keys were typed, or the program
 * closed its output and goes on. */
static int wait_after_stream(struct relay *r, int *status, struct err *e)
{
	int64_t end = clock_ms() + (maybe_detached(r) ? DETACH_MS : SLOW_END_MS);
	int done;

	while (!(done = container_wait_poll(r->wait, status, e))) {
		AUTO_STATE struct container_state state = {0};
		struct pollfd p[] = {{container_wait_fd(r->wait), POLLIN, 0},
			{signals_fd(), POLLIN, 0}};
		bool found = false;

		poll(p, COUNT_OF(p), r->tty ? 50 : time_left(r));
		forward_signals(r);
		signal_again_when_due(r);
		kill_when_due(r);
		if (r->left_by)
			return 0;
		if (is_hopeless(r, e))
			return -1;
		if (!r->tty || clock_ms() < end)
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

/* The container's end, and until when its last output is waited for. */
static int look_for_end(struct relay *r, int *status, struct err *e)
{
	int done = 0;

	if (r->wait && !r->ended) {
		done = container_wait_poll(r->wait, status, e);
		if (done < 0)
			return err_wrap(e, "waiting for the container");
		r->ended = done;
	}
	/* a slow reader has all the time it wants, unless the user has none */
	if (done || (r->ended && has_pending(r) && !r->killed))
		r->drain_ms = clock_ms() + DRAIN_MS;
	return 0;
}

/* A reader or a terminal that is gone, once. */
static void forward_losses(struct relay *r)
{
	if (r->output_lost && !r->killed)
		take_signal(r, r->role == RELAY_OWN ? SIGTERM : SIGPIPE, "TERM");
	if (r->hung_up)
		take_signal(r, SIGHUP, "HUP");
	r->hung_up = false;
}

static int loop(struct relay *r, int *status, struct err *e)
{
	for (;;) {
		if (receive(r, e) < 0)
			return err_wrap(e, "the engine's stream broke");
		/* a signal is what may have ended a write before its time */
		forward_losses(r);
		forward_signals(r);
		signal_again_when_due(r);
		kill_when_due(r);
		if (r->left_by)
			return 0;
		if (is_hopeless(r, e))
			return -1;
		relay_flush(r);
		if (look_for_end(r, status, e) < 0)
			return -1;
		if (r->stream_ended && !has_pending(r)) {
			if (r->ended || !r->wait)
				return 0;
			return wait_after_stream(r, status, e);
		}
		if (r->drain_ms && clock_ms() > r->drain_ms)
			return 0;
		poll_all(r, r->drain_ms ? 100 : time_left(r));
	}
}

int relay_run(struct relay *r, int *status, struct err *e)
{
	r->start_ms = clock_ms();
	update_size(r);
	return loop(r, status, e);
}
