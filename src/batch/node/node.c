/* SPDX-License-Identifier: MIT */
/* What a node does of a job: one task, from its frozen plan. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "batch/apptainer/apptainer.h"
#include "batch/batch.h"
#include "batch/image/images.h"
#include "batch/node/node.h"
#include "engine/container.h"
#include "launch/ledger/owner.h"

static int thaw(struct engine *g, cJSON *frozen, const char *dir, struct task *t,
	struct plan *p, struct rights *rights, struct profile_source *src, struct err *e)
{
	AUTO_FREE char *path = path_join(dir, FROZEN_PLAN),
		       *variables = path_join(dir, FROZEN_VARIABLES);
	AUTO_JSON cJSON *vars = json_read(variables, 0, e);
	const struct engine_facts *facts;
	const cJSON *v;

	if (!vars)
		return -1;
	if (json_int(frozen, "version", 0) != 1)
		return err_set(e, EINVAL, "%s was frozen by another cnnrun", dir);
	if (plan_parse(p, json_get(frozen, "plan"), e) < 0 ||
		rights_parse(json_get(frozen, "rights"), rights, e) < 0 ||
		(g && images_use(g, p, json_get(frozen, "images"), e) < 0))
		return -1;
	cJSON_ArrayForEach(v, vars) if (cJSON_IsString(v))
		setenv(v->string, v->valuestring, 1);
	str_set(&p->profile, json_str(frozen, "profile"));
	str_set(&p->project, json_str(frozen, "project"));
	/* grants of later do not count: nobody has any for this path */
	src->path = xstrdup(path);
	src->shown = xstrdup(json_str(frozen, "shown"));
	src->project = xstrdup(p->project);
	task_ranks(p, t);
	p->set.nodes = p->set.per_node = p->set.retries = 0;
	p->set.time = 0; /* the scheduler's */
	p->set.tty = 0;
	kvs_set(&p->set.labels, LABEL_JOB, t->job);
	kvs_setf(&p->set.labels, LABEL_RANK, "%d", t->rank);
	if (task_gpus(p, t, e) < 0)
		return -1;
	if (!g) { /* its processes are the job's, whose limits bind them */
		p->build.wanted = false;
		if (p->set.gpus.optional)
			p->set.gpus.select = GPU_NONE;
		return 0;
	}
	if (engine_facts(g, &facts, e) < 0)
		return -1;
	task_limits(p, t, facts);
	return 0;
}

struct watch {
	struct engine *g;
	const char *dir;
	const struct task *task;
	int again;     /* the status that asks to go on */
	bool own_term; /* TERM is how it is asked to save what it has */
	bool told;
};

/* Nobody is done by the scheduler's ending him. */
static int true_status(const struct watch *w, int status)
{
	return status || w->own_term || !launch_ever_asked() ? status : 128 + SIGTERM;
}

/* When, by the engine: others end because of it within milliseconds. id may be NULL. */
static void tell_end(void *ctx, const char *id, int status)
{
	AUTO_STATE struct container_state state = {0};
	struct watch *w = ctx;
	bool found;

	if (w->told)
		return;
	w->told = true;
	status = true_status(w, status);
	if (w->g && status && id && w->task->n > 1)
		container_inspect(w->g, id, &state, &found, NULL);
	task_ended(w->dir, w->task, status, status == w->again, state.finished_ns);
}

static volatile sig_atomic_t early; /* a signal for who has not begun yet */

static void note_early(int sig)
{
	early = sig;
}

static void pass_early(void *ctx, const char *id)
{
	(void)ctx;
	(void)id;
	if (early)
		raise(early);
}

int node_run(struct engine *g, const char *apptainer, const char *dir,
	const struct run_hooks *h, int *status, struct err *e)
{
	AUTO_FREE char *path = path_join(dir, FROZEN_PLAN);
	AUTO_JSON cJSON *frozen = json_read(path, 0, e);
	AUTO_PLAN struct plan p;
	AUTO_RIGHTS struct rights rights = {0};
	AUTO_SOURCE struct profile_source src = {0};
	const struct run_request r = {.plan = &p, .src = &src};
	AUTO_TASK struct task t = {.record = -1, .port = -1};
	struct watch w = {.g = g, .dir = dir, .task = &t, .again = CHECKPOINT_STATUS};
	const struct launch_events events = {
		.on_start = pass_early, .on_end = tell_end, .ctx = &w};
	struct run_hooks hooks = *h;
	int rc;

	signal(SIGUSR1, note_early);
	signal(SIGUSR2, note_early);
	plan_init(&p);
	hooks.events = &events;
	if (!frozen || task_of(&t, e) < 0 || task_begin(dir, &t, e) < 0)
		return -1;
	rc = thaw(g, frozen, dir, &t, &p, &rights, &src, e);
	if (!rc) {
		if (p.set.checkpoint.wanted)
			w.again = p.set.checkpoint.status;
		w.own_term = p.set.checkpoint.wanted &&
			     checkpoint_signal(&p.set.checkpoint) == SIGTERM;
		p.set.checkpoint.wanted = false;
		allow_typed(&rights);
		rc = g ? run_plan(g, &r, &hooks, status, e)
		       : apptainer_run(apptainer, &r, &hooks, json_get(frozen, "images"),
				 status, e);
		allow_typed(NULL);
	}
	if (rc < 0)
		w.again = -1; /* its own failure asks for nothing */
	tell_end(&w, NULL, *status);
	*status = true_status(&w, *status);
	/* who goes on ends well, lest the others be killed while they save what they have
	 */
	if (*status == w.again)
		*status = 0;
	return rc < 0 ? -1 : 0;
}
