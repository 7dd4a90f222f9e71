/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "batch/batch.h"
#include "batch/image/images.h"
#include "batch/snapshot/snapshot.h"

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

/* Whom each task is, and what comes before it, is the scheduler's to know. */
static struct plan one_task(const struct plan *p)
{
	struct plan one = *p;

	one.set.n_sweep = one.set.n_after_jobs = 0;
	one.set.parallel = 0;
	return one;
}

/* As JSON, and what a snapshot takes beside what was granted: the project's own files
 * are meant. The caller deletes; NULL = e. */
static cJSON *freeze_plan(
	const struct plan *p, const char *snapshot, struct rights *rights, struct err *e)
{
	const struct plan one = one_task(p);
	AUTO_JSON cJSON *j = plan_json(&one);
	AUTO_PLAN struct plan copy;

	plan_init(&copy);
	if (!snapshot)
		return plan_json(&one);
	if (plan_parse(&copy, j, e) < 0)
		return NULL;
	str_set(&copy.project, p->project);
	snapshot_use(&copy, snapshot, false, rights);
	return plan_json(&copy);
}

/* Of one container, and of its image: all that these depend on. The caller frees. */
static char *image_key(const struct plan *p)
{
	const struct plan one = one_task(p);
	AUTO_JSON cJSON *j = plan_json(&one);
	cJSON *main = cJSON_GetObjectItem(cJSON_GetObjectItem(j, "containers"), "main");

	cJSON_DeleteItemFromObject(main, "command");
	cJSON_DeleteItemFromObject(main, "env");
	cJSON_DeleteItemFromObject(j, "at");
	return json_text(j, false);
}

struct freezing {
	struct engine *g;
	const struct batch_job *j;
	const struct run_hooks *h;
	const char *dir;
	char *snapshot; /* NULL = none is wanted */
	bool elsewhere;
	cJSON *images;         /* by image_key() */
	struct rights *rights; /* each task's */
};

/* Git ignores them, most of all those with secrets, and they are read on the node. */
static int add_env_files(const struct freezing *f, const struct plan *p, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < p->n_env_files; i++)
		rc = snapshot_add(
			f->j->r->plan->project, f->snapshot, p->env_files[i].path, e);
	for (size_t i = 0; !rc && i < p->n_services; i++)
		rc = add_env_files(f, &p->services[i], e);
	return rc;
}

/* Once it is allowed, and can be. */
static int begin(const struct freezing *f, struct err *e)
{
	bool there = f->j->wish->there;
	int rc = dir_make(f->dir, 0700, e);

	if (!rc && f->snapshot)
		rc = snapshot_make(f->j->r->plan->project, f->snapshot, there, e);
	if (!rc && there)
		rc = add_env_files(f, f->j->r->plan, e);
	for (size_t i = 0; !rc && there && i < f->j->n_tasks; i++)
		rc = add_env_files(f, &f->j->tasks[i].plan, e);
	return rc;
}

static const cJSON *add_images(struct freezing *f, const char *key, const struct plan *p,
	const struct resolved *s, struct err *e)
{
	cJSON *images = images_json(f->g, p, s, f->j->wish->image_tar, f->elsewhere, e);

	if (images)
		cJSON_AddItemToObject(f->images, key, images);
	return images;
}

/* Those of a task; made once for all that have the same. NULL = e. */
static const cJSON *task_images(struct freezing *f, const struct plan *p, struct err *e)
{
	AUTO_FREE char *key = image_key(p);
	AUTO_READY struct run_ready ready = {0};
	const cJSON *known = json_get(f->images, key);
	struct run_request r = *f->j->r;

	if (known)
		return known;
	r.plan = p;
	return prepare(f->g, &r, f->h, &ready, e) < 0
		       ? NULL
		       : add_images(f, key, p, &ready.s, e);
}

static int save_images(const struct freezing *f, const cJSON *images, struct err *e)
{
	return f->j->wish->there ? 0 : images_save(f->g, images, f->h, e);
}

static int write_frozen(const struct freezing *f, const char *dir, const char *words,
	const struct plan *p, struct rights *rights, const cJSON *images, struct err *e)
{
	AUTO_JSON cJSON *frozen = cJSON_CreateObject();
	cJSON *plan;

	/* who typed a name has said that it may be known, which no plan keeps */
	for (size_t i = 0; i < p->env_typed.n; i++)
		rights_add(rights, RIGHT_VARIABLE, p->env_typed.v[i]);
	/* whose paths they will be is known there */
	plan = freeze_plan(p, f->j->wish->there ? NULL : f->snapshot, rights, e);
	if (!plan)
		return -1;
	cJSON_AddItemToObject(frozen, "plan", plan);
	cJSON_AddNumberToObject(frozen, "version", 1);
	json_put(frozen, "profile", p->profile);
	json_put(frozen, "shown", f->j->r->src->shown);
	json_put(frozen, "project", p->project);
	json_put(frozen, "words", words);
	json_put(frozen, "engine", f->j->wish->engine);
	cJSON_AddItemToObject(frozen, "rights", rights_json(rights));
	cJSON_AddItemToObject(frozen, "images", cJSON_Duplicate(images, true));
	return write_json(dir, FROZEN_PLAN, frozen, e);
}

/* What all tasks need is asked for at once. */
static int allow_tasks(struct freezing *f, struct err *e)
{
	AUTO_RIGHTS struct rights all = {0};
	struct consent how = f->h->consent;
	const struct engine_facts *facts;

	how.spelled = true; /* to allow the profile allows what it is without a sweep */

	if (engine_facts(f->g, &facts, e) < 0)
		return -1;
	for (size_t i = 0; i < f->j->n_tasks; i++) {
		const struct plan here = batch_one(&f->j->tasks[i].plan);
		AUTO_RESOLVED struct resolved s;
		AUTO_RIGHTS struct rights its = {0};

		resolved_init(&s);
		if (batch_check(&f->j->tasks[i].plan, e) < 0 ||
			resolve(&here, facts, &s, &its, e) < 0)
			return -1;
		rights_add_now(&f->rights[i], &its);
		rights_add_all(&all, &f->rights[i]);
	}
	return allow(&all, f->j->r->src, &how, e);
}

/* The folder of each is complete: it has the variables as well, which lie there once. */
static int write_task(struct freezing *f, size_t i, const char *variables, struct err *e)
{
	const struct batch_task *t = &f->j->tasks[i];
	AUTO_FREE char *dir = xasprintf("%s/task.%zu", f->dir, i);
	AUTO_FREE char *its = path_join(dir, FROZEN_VARIABLES);
	const cJSON *images = task_images(f, &t->plan, e);

	if (!images || dir_make(dir, 0700, e) < 0 ||
		write_frozen(f, dir, t->words, &t->plan, &f->rights[i], images, e) < 0)
		return -1;
	return link(variables, its) < 0 ? err_errno(e, "%s", its) : 0;
}

/* What lies beside the folders says what the job is: it is no plan to be launched. */
static int freeze_tasks(struct freezing *f, struct err *e)
{
	AUTO_JSON cJSON *vars = cJSON_CreateObject(), *all = cJSON_CreateArray();
	AUTO_FREE char *variables = path_join(f->dir, FROZEN_VARIABLES);
	const cJSON *images, *one;
	AUTO_RIGHTS struct rights none = {0};

	if (allow_tasks(f, e) < 0)
		return -1;
	for (size_t i = 0; i < f->j->n_tasks; i++) {
		add_variables(&f->j->tasks[i].plan, vars);
		if (!task_images(f, &f->j->tasks[i].plan, e))
			return -1;
	}
	if (begin(f, e) < 0 || write_json(f->dir, FROZEN_VARIABLES, vars, e) < 0)
		return -1;
	for (size_t i = 0; i < f->j->n_tasks; i++)
		if (write_task(f, i, variables, e) < 0)
			return -1;
	cJSON_ArrayForEach(images, f->images) cJSON_ArrayForEach(one, images)
		cJSON_AddItemToArray(all, cJSON_Duplicate(one, true));
	return write_frozen(f, f->dir, NULL, f->j->r->plan, &none, all, e) < 0
		       ? -1
		       : save_images(f, all, e);
}

static int freeze_one(struct freezing *f, struct err *e)
{
	AUTO_READY struct run_ready ready = {0};
	AUTO_JSON cJSON *vars = cJSON_CreateObject();
	const struct plan *p = f->j->r->plan;
	const cJSON *images;

	if (prepare(f->g, f->j->r, f->h, &ready, e) < 0)
		return -1;
	images = add_images(f, "", p, &ready.s, e);
	add_variables(p, vars);
	if (!images || begin(f, e) < 0)
		return -1;
	/* the plan first: a tar that one names is in use */
	if (write_frozen(f, f->dir, NULL, p, &ready.now, images, e) < 0 ||
		write_json(f->dir, FROZEN_VARIABLES, vars, e) < 0)
		return -1;
	return save_images(f, images, e);
}

int batch_freeze(struct engine *g, const struct batch_job *j, const struct run_hooks *h,
	const char *dir, struct err *e)
{
	AUTO_FREE struct rights *rights = xcalloc(j->n_tasks + 1, sizeof *rights);
	AUTO_FREE char *snapshot = j->wish->snapshot ? path_join(dir, "snapshot") : NULL;
	AUTO_JSON cJSON *images = cJSON_CreateObject();
	struct freezing f = {.g = g,
		.j = j,
		.h = h,
		.dir = dir,
		.snapshot = snapshot,
		.images = images,
		.rights = rights};
	int rc;

	if (!j->wish->there && slurm_elsewhere(j->wish->partition, &f.elsewhere, e) < 0)
		return -1;
	rc = j->n_tasks ? freeze_tasks(&f, e) : freeze_one(&f, e);
	for (size_t i = 0; i < j->n_tasks; i++)
		rights_free(&rights[i]);
	return rc;
}
