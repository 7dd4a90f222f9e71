/* SPDX-License-Identifier: MIT */
#include "launch/session/relay.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "host/terminal.h"
#include "launch/session/ending.h"
#include "launch/session/input.h"
#include "launch/session/output.h"
#include "launch/session/signals.h"
#include "launch/session/window.h"

enum { DRAIN_MS = 2000, DETACH_MS = 300, SLOW_END_MS = 5000 };

struct relay {
	const struct relay_options *o;
	struct output out;
	struct input in;
	struct ending end;
	struct ledger *ledger; /* NULL = none, or it cannot be mended any more */
	struct window window;
	bool detached;
	int64_t drain_ms; /* waits no longer for output then; 0 = no end yet */
};

/* What poll() has found. */
struct ready {
	bool signals, stream, wait;
};

static bool takes_terminal(const struct relay_options *o)
{
	return o->tty && !(o->io && o->io->take) && isatty(0);
}

int relay_begin(const struct relay_options *o, struct err *e)
{
	signals_catch();
	return takes_terminal(o) ? terminal_raw(0, e) : 0;
}

void relay_end(const struct relay_options *o)
{
	if (takes_terminal(o))
		terminal_restore();
	signals_release();
}

static void forward_signals(struct relay *r)
{
	const char *name;
	int sig;

	while ((sig = signals_next(&name))) {
		if (sig == SIGCONT)
			terminal_continue();
		if (sig == SIGCONT || sig == SIGWINCH)
			window_update(&r->window);
		else
			ending_signal(&r->end, sig, name);
	}
}

/* A reader or a terminal that is gone, once. */
static void forward_losses(struct relay *r)
{
	if (r->out.lost && !r->end.asked)
		ending_signal(
			&r->end, r->o->role == RELAY_OWN ? SIGTERM : SIGPIPE, "TERM");
	if (r->in.hung_up)
		ending_signal(&r->end, SIGHUP, "HUP");
	r->in.hung_up = false;
}

/* This may take its time: more output is waited for from now on. */
static void flush(struct relay *r)
{
	output_flush(&r->out);
	if (r->drain_ms && !r->end.asked)
		r->drain_ms = clock_ms() + DRAIN_MS;
}

static int receive(struct relay *r, struct err *e)
{
	int got = output_take(&r->out, e);

	if (got < 0)
		return err_wrap(e, "the engine's stream broke");
	if (got)
		flush(r);
	return 0;
}

/* Is there something to do that poll() does not tell of? */
static bool is_busy(const struct relay *r)
{
	if (r->out.ended)
		return false;
	return (input_is_text(&r->in) && input_is_wanted(&r->in)) ||
	       (!output_is_pending(&r->out) && stream_holds_more(r->o->stream));
}

/* Milliseconds until something is due, -1 = nothing is. */
static int patience(const struct relay *r)
{
	int end = r->drain_ms ? 100 : ending_time_left(&r->end);
	int size = window_time_left(&r->window);

	if (is_busy(r))
		return 0;
	return size >= 0 && (end < 0 || size < end) ? size : end;
}

static struct ready wait_for_news(struct relay *r)
{
	bool pending = output_is_pending(&r->out), ended = r->out.ended;
	bool reads = !ended && input_is_wanted(&r->in), text = input_is_text(&r->in);
	struct pollfd p[] = {
		{signals_fd(), POLLIN, 0},
		{ended ? -1 : stream_fd(r->o->stream),
			(short)((pending ? 0 : POLLIN) | (r->in.left.n ? POLLOUT : 0)),
			0},
		{r->o->wait && !r->end.ended ? container_wait_fd(r->o->wait) : -1, POLLIN,
			0},
		{reads && !text ? 0 : -1, POLLIN, 0},
		{pending ? r->out.fd : -1, POLLOUT, 0},
		{r->ledger ? ledger_fd(r->ledger) : -1, 0, 0},
		{r->o->filter ? filter_fd(r->o->filter) : -1, POLLIN, 0},
		{r->o->side ? r->o->side->fd : -1, POLLIN, 0},
	};

	if (!p[1].events)
		p[1].fd = -1;
	if (poll(p, COUNT_OF(p), patience(r)) < 0)
		return (struct ready){.signals = true};
	if (p[3].revents || (reads && text))
		input_read(&r->in);
	if (r->in.left.n && !ended)
		input_send(&r->in);
	if (p[4].revents)
		flush(r);
	if (p[5].revents && ledger_mend(r->ledger) < 0)
		r->ledger = NULL;
	if (p[6].revents)
		filter_hear(r->o->filter);
	if (r->o->side && p[7].revents)
		r->o->side->look(r->o->side->ctx);
	return (struct ready){.signals = p[0].revents,
		.stream = p[1].revents & ~POLLOUT,
		.wait = p[2].revents};
}

/* Was the last key the last of the detach keys? */
static bool maybe_detached(const struct relay *r)
{
	const char *keys = r->o->detach_keys ? r->o->detach_keys : "ctrl-p,ctrl-q";
	const char *last = strrchr(keys, ',');

	last = last && last[1] ? last + 1 : keys;
	if (!strncmp(last, "ctrl-", 5))
		return r->in.last_key == (last[5] & 0x1f);
	return r->in.last_key == *last;
}

/* The stream has ended: the container did too, the detach keys were typed, or the program
 * closed its output and goes on. */
static int wait_after_stream(struct relay *r, int *status, struct err *e)
{
	const struct relay_options *o = r->o;
	int64_t end = clock_ms() + (maybe_detached(r) ? DETACH_MS : SLOW_END_MS);
	int done;

	while (!(done = container_wait_poll(o->wait, status, e))) {
		AUTO_STATE struct container_state state = {0};
		struct pollfd p[] = {{container_wait_fd(o->wait), POLLIN, 0},
			{signals_fd(), POLLIN, 0}};
		bool found = false;

		poll(p, COUNT_OF(p), o->tty ? 50 : ending_time_left(&r->end));
		forward_signals(r);
		ending_go_on(&r->end);
		if (r->end.left_by)
			return 0;
		if (ending_is_hopeless(&r->end, e))
			return -1;
		if (!o->tty || clock_ms() < end)
			continue;
		if (container_inspect(o->g, o->id, &state, &found, e) < 0)
			return -1;
		if (found && state.running) {
			r->detached = true;
			return 0;
		}
	}
	return done < 0 ? -1 : 0;
}

/* The container's end, and until when its last output is waited for. */
static int look_for_end(struct relay *r, bool ask, int *status, struct err *e)
{
	int done = 0;

	if (ask && r->o->wait && !r->end.ended) {
		done = container_wait_poll(r->o->wait, status, e);
		if (done < 0)
			return err_wrap(e, "waiting for the container");
		r->end.ended = done;
	}
	/* a slow reader has all the time it wants, unless the user has none */
	if (done || (r->end.ended && output_is_pending(&r->out) && !r->end.asked))
		r->drain_ms = clock_ms() + DRAIN_MS;
	return 0;
}

static int loop(struct relay *r, int *status, struct err *e)
{
	struct ready ready = {.signals = true, .stream = true, .wait = true};

	for (;; ready = wait_for_news(r)) {
		bool readable = ready.stream || stream_holds_more(r->o->stream);

		if (readable && !r->out.ended && !output_is_pending(&r->out) &&
			receive(r, e) < 0)
			return -1;
		forward_losses(r);
		if (ready.signals)
			forward_signals(r);
		ending_go_on(&r->end);
		window_go_on(&r->window);
		if (r->end.left_by)
			return 0;
		if (ending_is_hopeless(&r->end, e) ||
			look_for_end(r, ready.wait, status, e) < 0)
			return -1;
		if (r->out.ended && !output_is_pending(&r->out)) {
			if (r->end.ended || !r->o->wait)
				return 0;
			return wait_after_stream(r, status, e);
		}
		if (r->drain_ms && clock_ms() > r->drain_ms)
			return 0;
	}
}

int relay_run(const struct relay_options *o, struct relay_result *out, int *status,
	struct err *e)
{
	struct relay r = {.o = o,
		.out = {.o = o},
		.in = {.o = o, .raw = takes_terminal(o)},
		.end = {.o = o, .out = &r.out, .start_ms = clock_ms()},
		.ledger = o->ledger,
		.window = {.o = o, .rows = o->rows, .cols = o->cols}};
	int rc;

	window_begin(&r.window);
	rc = loop(&r, status, e);
	buf_free(&r.in.left);
	out->detached = r.detached;
	out->asked_to = maybe_detached(&r);
	out->left_by = r.end.left_by;
	return rc;
}
