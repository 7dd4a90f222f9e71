/* SPDX-License-Identifier: MIT */
#include "launch/session/ending.h"

#include <errno.h>
#include <signal.h>

#include "base/clock.h"
#include "launch/gate/line.h"

enum {
	DEFAULT_GRACE_S = 3,
	GIVE_UP_MS = 5000,
	EARLY_MS = 300,
	MAX_SIGNALS_BEFORE_KILL = 3
};

static void deliver(const struct relay_options *o, int sig, const char *name)
{
	if (o->role == RELAY_ENTER)
		line_signal(o->line, sig);
	else
		container_kill(o->g, o->id, name, NULL);
}

/* Does what is relayed end when we must? */
static bool is_ours(const struct relay_options *o)
{
	return o->role == RELAY_OWN || o->role == RELAY_ENTER;
}

/* A second TERM, HUP or third INT means it. */
static void ask_for_end(struct ending *x, int sig)
{
	int grace = x->o->stop_timeout >= 0 ? x->o->stop_timeout : DEFAULT_GRACE_S;

	x->asked += sig == SIGINT ? 1 : 2;
	x->out->impatient = true;
	if (is_ours(x->o)) {
		if (sig != SIGINT && !x->kill_ms)
			x->kill_ms = clock_ms() + grace * 1000LL;
		if (x->asked >= MAX_SIGNALS_BEFORE_KILL)
			x->kill_ms = clock_ms();
	} else if (x->o->role == RELAY_EXEC || sig == SIGHUP || sig == SIGPIPE ||
		   x->asked >= MAX_SIGNALS_BEFORE_KILL) {
		x->left_by = sig;
	}
}

void ending_signal(struct ending *x, int sig, const char *name)
{
	const struct relay_options *o = x->o;

	if (sig != SIGUSR1 && sig != SIGUSR2) {
		if (x->asked && is_ours(o))
			output_drop(x->out);
		ask_for_end(x, sig);
	}
	if (o->role == RELAY_EXEC || x->left_by)
		return;
	deliver(o, sig, name);
	/* so early the init may not listen yet, and as process 1 the kernel drops for it
	 * what it does not listen to */
	if (is_ours(o) && clock_ms() < x->start_ms + EARLY_MS) {
		x->again = name;
		x->again_signal = sig;
		x->again_ms = clock_ms() + EARLY_MS;
	}
}

static void signal_again_when_due(struct ending *x)
{
	if (!x->again || clock_ms() < x->again_ms)
		return;
	if (!x->ended)
		deliver(x->o, x->again_signal, x->again);
	x->again = NULL;
}

static void kill_when_due(struct ending *x)
{
	if (!x->kill_ms || clock_ms() < x->kill_ms)
		return;
	x->kill_ms = 0;
	output_drop(x->out);
	deliver(x->o, SIGKILL, "KILL");
	x->give_up_ms = clock_ms() + GIVE_UP_MS;
}

void ending_go_on(struct ending *x)
{
	signal_again_when_due(x);
	kill_when_due(x);
	/* what the command began may hold its output open */
	if (x->o->role == RELAY_ENTER && x->give_up_ms && clock_ms() >= x->give_up_ms)
		x->left_by = SIGKILL;
}

int ending_time_left(const struct ending *x)
{
	int64_t due = x->kill_ms, left;

	if (!due && !x->ended)
		due = x->give_up_ms;
	if (x->again && (!due || x->again_ms < due))
		due = x->again_ms;
	if (!due)
		return -1;
	left = due - clock_ms();
	return left < 0 ? 0 : (int)left;
}

bool ending_is_hopeless(const struct ending *x, struct err *e)
{
	if (x->ended || !x->give_up_ms || clock_ms() < x->give_up_ms)
		return false;
	err_set(e, ETIMEDOUT, "the container engine does not end the container");
	return true;
}
