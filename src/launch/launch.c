/* SPDX-License-Identifier: MIT */
/* create → put files in → attach → start → relay → remove, with the ledger around it. */
#include "launch/launching.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "engine/container.h"
#include "hold/hold.h"
#include "launch/changes.h"
#include "launch/forward/ports.h"
#include "launch/gate/kept.h"
#include "launch/gpu/hold.h"
#include "launch/hint.h"
#include "launch/ledger/owner.h"
#include "launch/session/relay.h"
#include "launch/resolve/resolve.h"
#include "launch/session/signals.h"
#include "launch/service/services.h"

enum { HEAR_MS = 10000, LOOK_MS = 500 }; /* for what a detached one says */

static bool knows_size(const struct launching *l)
{
	return engine_info(l->g)->can & CAN_CONSOLE_SIZE;
}

/* Until the command runs or is known not to. */
static int hear_detached(struct launching *l, int *status, struct err *e)
{
	for (int waited = 0; l->gate.dir && waited < HEAR_MS; waited += LOOK_MS) {
		AUTO_STATE struct container_state state = {0};
		int heard = gate_hear(&l->gate, l->s, LOOK_MS, status, e);
		bool found = false;

		if (heard)
			return heard < 0 ? -1 : 0;
		if (container_inspect(l->g, l->id, &state, &found, e) < 0)
			return -1;
		if (!found || !state.running)
			break;
	}
	return l->gate.dir && gate_hear(&l->gate, l->s, 0, status, e) < 0 ? -1 : 0;
}

static int run_detached(struct launching *l, int *status, struct err *e)
{
	if (launching_start(l, status, e) < 0 || hear_detached(l, status, e) < 0)
		return -1;
	launching_detached(l);
	*status = 0;
	if (!l->io || !l->io->take) {
		printf("%s\n", l->s->set.name);
		fflush(stdout);
	}
	return 0;
}

static int run_box(struct launching *l, int *status, struct err *e)
{
	if (launching_start(l, status, e) < 0 || hear_detached(l, status, e) < 0 ||
		l->events->on_box(l->events->box, l, e) < 0)
		return -1;
	l->stays = true;
	*status = 0;
	return 0;
}

static int relay(struct launching *l, struct stream *stream, struct container_wait *wait,
	int *status, struct err *e)
{
	const struct resolved *s = l->s;
	AUTO_HEARD struct heard early = {0};
	const struct relay_options o = {.g = l->g,
		.id = l->id,
		.tty = s->set.tty,
		.input = s->open_stdin,
		.stream = stream,
		.wait = wait,
		.io = l->io,
		.events = l->events,
		.early = (!l->io || !l->io->take) && hint_listens(s) ? &early : NULL,
		.ledger = l->ledger,
		.filter = &l->filter,
		.resize = container_resize,
		.detach_keys = s->set.detach_keys,
		.stop_timeout = s->set.stop_timeout,
		.side = services_side(l->services),
		.rows = knows_size(l) ? s->rows : 0,
		.cols = knows_size(l) ? s->cols : 0};
	struct relay_result r = {0};
	int rc = relay_begin(&o, e);
	int64_t begin;

	if (!rc)
		rc = launching_start(l, status, e);
	begin = clock_ms();
	if (!rc)
		rc = relay_run(&o, &r, status, e);
	relay_end(&o);
	if (!rc && gate_hear(&l->gate, s, 0, status, e) < 0)
		return -1;
	if (!rc && clock_ms() < begin + HINT_MS)
		hint_rights(s, false, *status, &early);
	if (!rc && s->set.time && *status == HOLD_TIME_OVER)
		log_warn("its time of %lld s is over", (long long)s->set.time);
	if (!rc && !r.detached && l->events && l->events->on_end)
		l->events->on_end(l->events->ctx, l->id, *status);
	if (r.detached) {
		launching_detached(l);
		*status = 0;
		log_info("detached; cnnrun attach %s comes back", s->set.name);
	}
	return rc;
}

static int run_attached(struct launching *l, int *status, struct err *e)
{
	const struct resolved *s = l->s;
	AUTO_STREAM struct stream *stream = NULL;
	struct container_wait *wait = NULL;
	int rc;

	if (s->set.tty && !(l->io && l->io->take))
		services_hush(l->services); /* the terminal is the program's */
	if (container_attach(l->g, l->id, s->set.tty, s->open_stdin, false,
		    s->set.detach_keys, &stream, e) < 0)
		return gpu_start_failed(s, e) ? -1 : err_wrap(e, "attach");
	if (container_wait_begin(l->g, l->id, &wait, e) < 0)
		return err_wrap(e, "attach");
	rc = relay(l, stream, wait, status, e);
	container_wait_free(wait);
	return rc;
}

/* The launcher's own clean-up; what it cannot do the janitor does. */
static void finish(struct launching *l, int rc)
{
	enum ledger_end end = LEDGER_CLEAN;
	bool lives;

	if (l->stays)
		end = LEDGER_STAYS;
	else if (l->detached && !rc)
		end = LEDGER_DETACH;
	else if (l->unsure ||
		 (l->id && (rc < 0 || !l->s->set.keep) &&
			 container_remove(l->g, l->id, true, NULL, NULL) < 0))
		end = LEDGER_UNDO;
	else if (l->gate.dir && (rc < 0 || !l->s->set.keep))
		gate_remove(l->gate.dir);
	lives = l->stays || end == LEDGER_DETACH;
	l->unsure |= services_end(l->services, lives) < 0;
	l->services = NULL;
	l->home_failed = carries_end(&l->carries, l->ledger, l->s->set.name, lives,
				 &l->unsure) < 0;
	if (l->unsure && end == LEDGER_CLEAN)
		end = LEDGER_UNDO;
	gate_close(&l->gate);
	ledger_close(l->ledger, end);
	filter_end(&l->filter, end == LEDGER_DETACH);
	display_end(&l->display, end == LEDGER_DETACH);
	if (end == LEDGER_CLEAN)
		repositories_made(l->s);
	if (l->changes && !l->detached)
		changes_say(l->changes, l->s);
	changes_free(l->changes);
	l->changes = NULL;
	free(l->id);
	l->id = NULL;
	l->ledger = NULL;
}

static int launch_once(struct launching *l, int *status, struct err *e)
{
	struct resolved *s = l->s;
	/* whoever enters a box asks for himself */
	bool asks_x = !s->set.box && (s->x.access != X_NONE || s->x.xhost != XHOST_NONE);
	AUTO_RECORD struct record r = {.url = xstrdup(engine_info(l->g)->url),
		.display = asks_x ? xstrdup(s->x.display) : NULL,
		.keep = s->set.keep && !s->set.box,
		.place = s->x.by_ssh};
	int rc;

	*status = 125;
	if (ports_check(s, e) < 0 || filter_prepare(&l->filter, s, &l->holds, e) < 0 ||
		display_prepare(&l->display, s, &l->holds, e) < 0 ||
		carries_open(&l->carries, l->g, s, l->events, &l->holds, e) < 0 ||
		ledger_open(&r, &l->holds, &l->ledger, e) < 0) {
		carries_close(&l->carries);
		filter_end(&l->filter, false);
		display_end(&l->display, false);
		return -1;
	}
	kvs_set(&s->set.labels, LABEL_LAUNCH, ledger_id(l->ledger));
	kvs_set(&s->set.labels, LABEL_IMAGE, s->image);
	rc = launching_settle(l, e);
	if (!rc && asks_x)
		rc = display_grant(&l->display, l->ledger, s, e);
	if (!rc && s->n_services)
		rc = services_network(l, &l->services, e);
	if (!rc)
		rc = launching_create(l, e);
	if (!rc)
		rc = services_begin(l->services, e);
	if (!rc)
		rc = s->set.box      ? run_box(l, status, e)
		     : s->set.detach ? run_detached(l, status, e)
				     : run_attached(l, status, e);
	finish(l, rc);
	if (l->home_failed && !rc && !*status)
		*status = 125;
	return rc;
}

static void let_go(struct launching *l)
{
	while (l->holds.n)
		close(l->holds.v[--l->holds.n]);
}

bool launch_ever_asked(void)
{
	return signals_ever_asked();
}

bool launch_end_asked(void)
{
	return signals_end_asked();
}

int launch(struct engine *g, struct resolved *s, const struct launch_io *io,
	const struct launch_events *events, int *status, struct err *e)
{
	struct launching l = {
		.g = g, .s = s, .io = io, .events = events, .gate = GATE_NONE};
	size_t files = s->n_files, mounts = s->n_mounts;
	int rc;

	*status = 125;
	kvs_set(&s->set.labels, LABEL_GPUS, ""); /* the image may say something else */
	rc = gpus_hold(g, s, &l.holds, e);
	if (!rc)
		rc = launch_once(&l, status, e);
	let_go(&l);
	if (!rc || !s->set.gpus.optional || e->code != ERR_NO_GPU || s->n_services)
		return rc;
	log_warn("going without GPUs: %s", e->msg);
	s->set.gpus.select = GPU_NONE;
	kvs_set(&s->set.labels, LABEL_GPUS, "");
	kvs_set(&s->env, "NVIDIA_VISIBLE_DEVICES", "void");
	resolved_trim(
		s, files, mounts); /* the first try's cookie, passwd entries, gate */
	rc = launch_once(&l, status, e);
	let_go(&l);
	return rc;
}
