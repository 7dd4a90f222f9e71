/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "batch/batch.h"
#include "batch/image/images.h"
#include "batch/snapshot/snapshot.h"

int batch_check(const struct plan *p, struct err *e)
{
	const struct settings *s = &p->set;
	const char *key = NULL;

	if (s->box || s->detach || s->keep)
		err_set(e, EINVAL, "%s is for an engine, and a job ends",
			key = s->box      ? "box"
			      : s->detach ? "detach"
					  : "keep");
	else if (s->n_sweep)
		err_set(e, EINVAL,
			"%s is not for --on slurm: submit its values one by one",
			key = "sweep");
	else if (p->n_services && (s->nodes > 1 || s->per_node > 1))
		err_set(e, EINVAL, "%s: services are beside one task, and it has several",
			key = "nodes");
	else if (s->nodes > 1 && (!s->network || strcmp(s->network, "host") != 0))
		err_set(e, EINVAL,
			"%s: tasks on several nodes reach each other by the nodes' "
			"network: "
			"c:network \"host\"",
			key = "nodes");
	return key ? plan_fail(p, key, e) : 0;
}

struct plan batch_one(const struct plan *p)
{
	struct plan one = *p;

	one.set.nodes = one.set.per_node = 0;
	one.set.gpus.type = NULL; /* the cluster's have it */
	one.set.gpus.pick = GPU_PICK_FIRST;
	one.set.gpus.min_free = 0;
	return one;
}

static int gpus_of(const struct plan_gpus *g, bool *all)
{
	*all |= g->select == GPU_ALL;
	return g->select == GPU_COUNT ? g->count
	       : g->select == GPU_IDS ? (int)g->ids.n
				      : 0;
}

/* Services share those of their task. */
int batch_gpus(const struct plan *p, bool *all)
{
	int most = 0;

	*all = false;
	for (size_t i = 0; i <= p->n_services; i++) {
		int n = gpus_of(&(i ? &p->services[i - 1] : p)->set.gpus, all);

		most = n > most ? n : most;
	}
	return *all ? 0 : most;
}

static int prepare(struct engine *g, const struct run_request *r,
	const struct run_hooks *h, struct run_ready *ready, struct err *e)
{
	struct plan here = batch_one(r->plan);
	struct run_request one = *r;

	one.plan = &here;
	return run_prepare(g, &one, h, ready, e);
}

static void add_variables(const struct plan *p, cJSON *to)
{
	for (size_t i = 0; i < p->env_pass.n; i++) {
		const char *name = p->env_pass.v[i], *value = getenv(name);

		if (value && !json_get(to, name))
			cJSON_AddStringToObject(to, name, value);
	}
	for (size_t i = 0; i < p->n_services; i++)
		add_variables(&p->services[i], to);
}

static int write_json(const char *dir, const char *name, const cJSON *j, struct err *e)
{
	AUTO_FREE char *path = path_join(dir, name), *text = NULL;

	if (json_check_utf8(j, e) < 0)
		return -1;
	text = json_text(j, true);
	return file_write(path, text, strlen(text), 0600, e);
}

/* As JSON, and what a snapshot takes beside what was granted: the project's own files
 * are meant. The caller deletes; NULL = e. */
static cJSON *freeze_plan(const struct plan *p, const struct batch_wish *wish,
	const char *dir, struct rights *rights, struct err *e)
{
	AUTO_FREE char *there = path_join(dir, "snapshot");
	AUTO_JSON cJSON *j = plan_json(p);
	AUTO_PLAN struct plan copy;

	plan_init(&copy);
	if (!wish->snapshot)
		return plan_json(p);
	if (plan_parse(&copy, j, e) < 0 || snapshot_make(p->project, there, e) < 0)
		return NULL;
	str_set(&copy.project, p->project);
	snapshot_use(&copy, there, rights);
	return plan_json(&copy);
}

int batch_freeze(struct engine *g, const struct run_request *r, const struct run_hooks *h,
	const struct batch_wish *wish, const char *dir, struct err *e)
{
	AUTO_READY struct run_ready ready;
	AUTO_JSON cJSON *frozen = cJSON_CreateObject(), *vars = cJSON_CreateObject();
	const struct plan *p = r->plan;
	cJSON *images, *plan;
	bool elsewhere;

	if (slurm_elsewhere(wish->partition, &elsewhere, e) < 0 ||
		prepare(g, r, h, &ready, e) < 0 || dir_make(dir, 0700, e) < 0)
		return -1;
	plan = freeze_plan(p, wish, dir, &ready.now, e);
	if (!plan)
		return -1;
	cJSON_AddItemToObject(frozen, "plan", plan);
	cJSON_AddNumberToObject(frozen, "version", 1);
	json_put(frozen, "profile", p->profile);
	json_put(frozen, "shown", r->src->shown);
	json_put(frozen, "project", p->project);
	json_put(frozen, "engine", wish->engine);
	cJSON_AddItemToObject(frozen, "rights", rights_json(&ready.now));
	images = images_json(g, p, &ready.s, wish->image_tar, elsewhere, e);
	if (!images)
		return -1;
	cJSON_AddItemToObject(frozen, "images", images);
	add_variables(p, vars);
	if (write_json(dir, FROZEN_PLAN, frozen, e) < 0)
		return -1;
	/* the plan first: a tar that one names is in use */
	return write_json(dir, FROZEN_VARIABLES, vars, e) < 0
		       ? -1
		       : images_save(g, images, h, e);
}

static int forget(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	remove(path);
	return 0;
}

void batch_forget(const char *dir)
{
	enum { DIRECTORIES = 16 }; /* open at a time */

	nftw(dir, forget, DIRECTORIES, FTW_DEPTH | FTW_PHYS);
}
