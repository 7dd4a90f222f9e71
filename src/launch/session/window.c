/* SPDX-License-Identifier: MIT */
#include "launch/session/window.h"

#include "base/clock.h"
#include "host/terminal.h"

/* An engine may say that a program runs before it can be told anything. */
enum { TRIES = 50, TRY_MS = 20, AGAIN_MS = 300 };

static int tell(const struct window *w, int rows, int cols)
{
	return w->o->resize(w->o->g, w->o->id, rows, cols, NULL);
}

void window_update(struct window *w)
{
	int rows, cols;

	w->due_ms = 0;
	if (!w->o->tty || !terminal_size(1, &rows, &cols) ||
		(rows == w->rows && cols == w->cols))
		return;
	if (tell(w, rows, cols) == 0) {
		w->rows = rows;
		w->cols = cols;
	} else if (w->tries++ < TRIES) {
		w->due_ms = clock_ms() + TRY_MS;
	}
	if (w->again && !w->due_ms)
		w->due_ms = clock_ms() + AGAIN_MS;
}

/* A size that stays is no news to a program: as docker does, it is another one first. Of
 * two that come at once Podman may lose the second, which is therefore told once more. */
void window_begin(struct window *w)
{
	int rows, cols;

	if (w->o->role == RELAY_ATTACH && w->o->tty && terminal_size(1, &rows, &cols)) {
		tell(w, rows + 1, cols + 1);
		w->again = true;
	}
	window_update(w);
}

void window_go_on(struct window *w)
{
	if (!w->due_ms || clock_ms() < w->due_ms)
		return;
	if (w->again && w->rows) {
		w->again = false;
		w->rows = w->cols = 0;
	}
	window_update(w);
}

int window_time_left(const struct window *w)
{
	int64_t left = w->due_ms - clock_ms();

	if (!w->due_ms)
		return -1;
	return left < 0 ? 0 : (int)left;
}
