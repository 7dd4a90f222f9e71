/* SPDX-License-Identifier: MIT */
/* create → put files in → attach → start → relay → remove, with the ledger around it. */
#include "launch/launching.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "engine/container.h"
#include "launch/gpu/hold.h"
#include "launch/ledger/ledger.h"
#include "launch/ledger/owner.h"
#include "launch/session/relay.h"
#include "launch/resolve/resolve.h"
#include "launch/session/signals.h"
#include "launch/resolve/sources.h"

static int grant_display(struct launching *l, struct err *e)
{
	struct resolved *s = l->s;
	AUTO_BUF struct buf cookie = {0};

	if (s->x.access == X_NONE && s->x.xhost == XHOST_NONE)
		return 0;
	if (ledger_admit_x(l->ledger, &s->x, &cookie, e) < 0)
		return err_wrap(e, "display %s", s->x.display);
	if (s->x.cookie_path)
		resolved_add_file(s, s->x.cookie_path, buf_str(&cookie), cookie.n, 0600,
			s->x.uid, s->x.gid)
			->secret = true;
	return 0;
}

static int start(struct launching *l, int *status, struct err *e)
{
	if (sources_check(l->s, e) < 0)
		return -1;
	if (container_start(l->g, l->id, l->s->set.detach_keys, status, e) < 0) {
		if (gpu_start_failed(l->s, e))
			return -1;
		if (*status == 127 && !l->s->set.has_command && !l->s->set.has_entrypoint)
			err_hint(e, "give a command after --");
		return -1;
	}
	if (sources_check(l->s, e) < 0)
		return -1;
	if (l->events && l->events->on_start)
		l->events->on_start(l->events->ctx, l->id);
	return 0;
}

static int run_detached(struct launching *l, int *status, struct err *e)
{
	if (start(l, status, e) < 0)
		return -1;
	l->detached = true;
	*status = 0;
	if (!l->io || !l->io->out) {
		printf("%s\n", l->s->set.name);
		fflush(stdout);
	}
	return 0;
}

/* With an init the engine starts well, and it is the init that finds no program. */
static void explain_status(const struct launching *l, const char *head, int status)
{
	static const char *const inits[] = {"[FATAL tini (", "ERROR (catatonit:"};
	const char *program = strstr(head, "] exec ");
	size_t n;

	if (!l->s->set.init || (status != 126 && status != 127) ||
		(strncmp(head, inits[0], strlen(inits[0])) != 0 &&
			strncmp(head, inits[1], strlen(inits[1])) != 0))
		return;
	program = program ? program + 7 : "";
	n = strcspn(program, " \r\n");
	if (status == 127)
		log_error("the image %s has no program %.*s; is it spelt right, and "
			  "installed in the image?",
			l->s->image, (int)n, program);
	else
		log_error("%.*s of the image %s cannot be executed; is it a program, and "
			  "may this user run it?",
			(int)n, program, l->s->image);
}

static int relay(struct launching *l, struct stream *stream, struct container_wait *wait,
	int *status, struct err *e)
{
	const struct resolved *s = l->s;
	bool knows_size = engine_info(l->g)->can & CAN_CONSOLE_SIZE;
	const struct relay_options o = {.g = l->g,
		.id = l->id,
		.tty = s->set.tty,
		.input = s->open_stdin,
		.stream = stream,
		.wait = wait,
		.io = l->io,
		.events = l->events,
		.ledger = l->ledger,
		.resize = container_resize,
		.detach_keys = s->set.detach_keys,
		.stop_timeout = s->set.stop_timeout,
		.rows = knows_size ? s->rows : 0,
		.cols = knows_size ? s->cols : 0};
	struct relay_result r = {0};
	int rc = relay_begin(&o, e);

	if (!rc)
		rc = start(l, status, e);
	if (!rc)
		rc = relay_run(&o, &r, status, e);
	relay_end(&o);
	if (!rc)
		explain_status(l, r.head, *status);
	l->detached = r.detached;
	if (r.detached) {
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

	if (l->detached && !rc)
		end = LEDGER_DETACH;
	else if (l->unsure ||
		 (l->id && (rc < 0 || !l->s->set.keep) &&
			 container_remove(l->g, l->id, true, NULL, NULL) < 0))
		end = LEDGER_UNDO;
	ledger_close(l->ledger, end);
	free(l->id);
	l->id = NULL;
	l->ledger = NULL;
}

static int launch_once(struct launching *l, int *status, struct err *e)
{
	struct resolved *s = l->s;
	bool asks_x = s->x.access != X_NONE || s->x.xhost != XHOST_NONE;
	AUTO_RECORD struct record r = {.url = xstrdup(engine_info(l->g)->url),
		.display = asks_x ? xstrdup(s->x.display) : NULL,
		.keep = s->set.keep};
	int rc;

	*status = 125;
	if (ledger_open(&r, &l->holds, &l->ledger, e) < 0)
		return -1;
	kvs_set(&s->set.labels, LABEL_LAUNCH, ledger_id(l->ledger));
	kvs_set(&s->set.labels, LABEL_IMAGE, s->image);
	rc = grant_display(l, e);
	if (!rc)
		rc = launching_create(l, e);
	if (!rc)
		rc = s->set.detach ? run_detached(l, status, e)
				   : run_attached(l, status, e);
	finish(l, rc);
	return rc;
}

bool launch_end_asked(void)
{
	return signals_end_asked();
}

int launch(struct engine *g, struct resolved *s, const struct launch_io *io,
	const struct launch_events *events, int *status, struct err *e)
{
	struct launching l = {.g = g, .s = s, .io = io, .events = events};
	size_t files = s->n_files, mounts = s->n_mounts;
	int rc;

	*status = 125;
	kvs_set(&s->set.labels, LABEL_GPUS, ""); /* whatever the image says */
	rc = gpus_hold(g, s, &l.holds, e);
	if (!rc)
		rc = launch_once(&l, status, e);
	while (l.holds.n)
		close(l.holds.v[--l.holds.n]);
	if (!rc || !s->set.gpus.optional || e->code != ERR_NO_GPU)
		return rc;
	log_warn("going without GPUs: %s", e->msg);
	s->set.gpus.select = GPU_NONE;
	resolved_trim(s, files, mounts); /* the first try's cookie and passwd entries */
	return launch_once(&l, status, e);
}
