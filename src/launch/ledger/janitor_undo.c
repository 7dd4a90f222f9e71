/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "engine/container.h"
#include "launch/ledger/janitor.h"
#include "launch/ledger/mark.h"
#include "launch/ledger/undo.h"

/* The engine finishes a create whose client died: go on until 2 s found nothing, or 3 s
 * where a create is known to have no answer. */
enum { QUIET_ROUNDS = 8, QUIET_ROUNDS_MAKING = 12, ROUND_US = 250000, MAX_ROUNDS = 240 };

/* For an engine on another machine, which may be out of reach for a while: how long there
 * is between two tries, at most, and how long it is tried at all. */
enum { FAR_PAUSE_MAX_MS = 30000, FAR_LIMIT_MS = 15 * 60000 };

/* With an engine that does not answer. */
struct patience {
	bool far;
	int pause_ms;
	int64_t since; /* of the first failure; 0 = the last try succeeded */
};

static struct patience patience_for(const char *url)
{
	return (struct patience){.far = engine_facts_of(url).elsewhere};
}

/* One more failure; false = no more tries. Who is not let in by another machine is not
 * let in a second later either, and is locked out in the end. */
static bool bear(struct patience *p, const struct err *why)
{
	int64_t now = clock_ms();

	if (!p->far) {
		usleep(ROUND_US);
		return true;
	}
	if (!p->since) {
		p->since = now;
		p->pause_ms = 500;
	}
	if (why->code == EACCES || now - p->since > FAR_LIMIT_MS)
		return false;
	usleep((useconds_t)p->pause_ms * 1000);
	p->pause_ms =
		p->pause_ms * 2 < FAR_PAUSE_MAX_MS ? p->pause_ms * 2 : FAR_PAUSE_MAX_MS;
	return true;
}

/* One round of undoing: 0 = there was nothing, 1 = something, -1 = no engine. */
static int undo_round(struct janitor *j, struct err *e)
{
	AUTO_ENGINE struct engine *g = NULL;
	struct undone done;

	if (engine_open(j->record.url, &g, e) < 0 ||
		undo_launch(g, j->id, &j->record, false, &done) < 0)
		return -1;
	return done.found > 0;
}

static void end_holds(struct janitor *j)
{
	while (j->holds.n)
		close(j->holds.v[--j->holds.n]);
}

bool janitor_undo(struct janitor *j)
{
	int wanted = j->making ? QUIET_ROUNDS_MAKING : QUIET_ROUNDS, quiet = 0;
	struct patience p = patience_for(j->record.url);

	for (int round = 0; quiet < wanted && round < MAX_ROUNDS; round++) {
		struct err e = {0};
		int found = undo_round(j, &e);

		quiet = found == 0 ? quiet + 1 : 0;
		if (found < 0) {
			if (!bear(&p, &e))
				return false;
			round -= p.far;
			continue;
		}
		p.since = 0;
		if (quiet) /* what may still come in late never starts */
			end_holds(j);
		usleep(ROUND_US);
	}
	return quiet == wanted;
}

/* again: it may be by another login than before. 1 = it has ended, 0 = look again, -1 =
 * no engine. */
static int look(const struct janitor *j, const char *label, bool again, struct err *e)
{
	AUTO_ENGINE struct engine *g = NULL;
	AUTO_LIST struct container_list list = {0};
	const struct container_item *main;
	struct container_wait *w = NULL;
	struct pollfd p = {.events = POLLIN};
	int status, done = 0;

	if (engine_open(j->record.url, &g, e) < 0 ||
		container_list(g, label, false, &list, e) < 0)
		return -1;
	mark_select(&list, NULL);
	if (!(main = undo_main(&list)))
		return 1;
	if (again)
		janitor_forward_again(j);
	if (container_wait_started(g, main->id, &w, NULL) == 0) {
		p.fd = container_wait_fd(w);
		while (!(done = container_wait_poll(w, &status, NULL)))
			poll(&p, 1, -1);
		container_wait_free(w);
	}
	/* the engine's list takes a moment to know of the end */
	usleep(done > 0 ? ROUND_US : 1000000);
	return 0;
}

bool janitor_wait_for_end(const struct janitor *j)
{
	AUTO_FREE char *label = xasprintf("%s=%s", LABEL_LAUNCH, j->id);
	struct patience p = patience_for(j->record.url);

	for (bool again = false;; again = true) {
		struct err e = {0};
		int ended = look(j, label, again, &e);

		if (ended > 0)
			return true;
		if (ended < 0 && !bear(&p, &e))
			return false;
		if (!ended)
			p.since = 0;
	}
}
