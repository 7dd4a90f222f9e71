/* SPDX-License-Identifier: MIT */
/* What came becomes a job of this cluster: the project is the snapshot, and nowhere else.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/tree.h"
#include "batch/batch.h"
#include "batch/hand/hand.h"
#include "batch/image/images.h"
#include "batch/snapshot/snapshot.h"

struct taking {
	struct engine *g;
	const struct run_hooks *h;
	const char *dir;
	char *snapshot;
	bool elsewhere;
};

/* The caller frees; NULL = it is none of the project's. */
static char *moved(const char *path, const char *project, const char *snapshot)
{
	const char *below =
		path && *path == '/' && project ? path_below(path, project) : NULL;

	return below ? path_join(snapshot, below) : NULL;
}

static void move_member(cJSON *o, const char *name, const char *project, const char *to)
{
	AUTO_FREE char *there = moved(json_str(o, name), project, to);

	if (!there)
		return;
	cJSON_DeleteItemFromObject(o, name);
	json_put(o, name, there);
}

static void move_rights(struct rights *r, const char *project, const char *to)
{
	for (size_t i = 0; i < r->n; i++) {
		char *there = moved(r->v[i].object, project, to);

		if (!there)
			continue;
		free(r->v[i].object);
		r->v[i].object = there;
	}
}

/* Paths of its own that a plan names beside its mounts. */
static void move_plan(struct plan *p, const char *project, const char *to)
{
	AUTO_FREE char *home = moved(p->home, project, to);

	if (home)
		str_set(&p->home, home);
	for (size_t i = 0; i < p->n_env_files; i++) {
		AUTO_FREE char *there = moved(p->env_files[i].path, project, to);

		if (there)
			str_set(&p->env_files[i].path, there);
	}
	for (size_t i = 0; i < p->n_services; i++)
		move_plan(&p->services[i], project, to);
}

/* Paths of the project, as they were where it was submitted. */
static int move(const struct taking *t, cJSON *frozen, struct err *e)
{
	AUTO_PLAN struct plan p;
	AUTO_RIGHTS struct rights rights = {0};
	AUTO_FREE char *project = NULL;

	plan_init(&p);
	if (json_int(frozen, "version", 0) != 1 || !json_str(frozen, "project"))
		return err_set(e, EINVAL, "the job was frozen by another cnnrun");
	project = xstrdup(json_str(frozen, "project"));
	if (plan_parse(&p, json_get(frozen, "plan"), e) < 0 ||
		rights_parse(json_get(frozen, "rights"), &rights, e) < 0)
		return -1;
	str_set(&p.project, project);
	move_rights(&rights, project, t->snapshot);
	move_plan(&p, project, t->snapshot);
	snapshot_use(&p, t->snapshot, true, &rights);
	cJSON_DeleteItemFromObject(frozen, "plan");
	cJSON_DeleteItemFromObject(frozen, "rights");
	cJSON_DeleteItemFromObject(frozen, "engine"); /* of another machine */
	cJSON_AddItemToObject(frozen, "plan", plan_json(&p));
	cJSON_AddItemToObject(frozen, "rights", rights_json(&rights));
	move_member(frozen, "profile", project, t->snapshot);
	move_member(frozen, "project", project, t->snapshot);
	return 0;
}

/* Of the job, or of a task. */
static int take_plan(const struct taking *t, const char *name, struct err *e)
{
	AUTO_FREE char *path = xasprintf("%s/%s" FROZEN_PLAN, t->dir, name), *text = NULL;
	AUTO_JSON cJSON *frozen = json_read(path, 0, e);
	cJSON *images = frozen ? cJSON_GetObjectItem(frozen, "images") : NULL;

	if (!frozen || move(t, frozen, e) < 0 ||
		images_here(t->g, images, t->elsewhere, e) < 0)
		return -1;
	text = json_text(frozen, true);
	/* the plan first: a tar that one names is in use */
	if (file_write(path, text, strlen(text), 0600, e) < 0)
		return -1;
	return images_save(t->g, images, t->h, e);
}

static int take_task(const struct taking *t, const char *name, struct err *e)
{
	AUTO_FREE char *variables = path_join(t->dir, FROZEN_VARIABLES);
	AUTO_FREE char *its = xasprintf("%s/%s/" FROZEN_VARIABLES, t->dir, name);
	AUTO_FREE char *below = xasprintf("%s/", name);

	if (take_plan(t, below, e) < 0)
		return -1;
	return link(variables, its) < 0 ? err_errno(e, "%s", its) : 0;
}

static int take_tasks(const struct taking *t, bool *array, struct err *e)
{
	DIR *d = opendir(t->dir);
	struct dirent *entry;
	int rc = d ? 0 : err_errno(e, "%s", t->dir);

	while (!rc && (entry = readdir(d)))
		if (!strncmp(entry->d_name, "task.", 5)) {
			*array = true;
			rc = take_task(t, entry->d_name, e);
		}
	if (d)
		closedir(d);
	return rc;
}

static int need(const char *dir, struct err *e)
{
	static const char *const names[] = {FROZEN_PLAN, FROZEN_VARIABLES, HAND_SCRIPT};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		AUTO_FREE char *path = path_join(dir, names[i]);

		if (access(path, R_OK) < 0)
			return err_set(
				e, EPROTO, "the job came without its %s", names[i]);
	}
	return 0;
}

static int take(
	const struct taking *t, int fd, const char *partition, char **job, struct err *e)
{
	bool array = false;

	if (dir_make(t->dir, 0700, e) < 0 || dir_make(t->snapshot, 0755, e) < 0 ||
		hand_read(fd, t->dir, e) < 0 || need(t->dir, e) < 0 ||
		take_plan(t, "", e) < 0 || take_tasks(t, &array, e) < 0)
		return -1;
	return slurm_queue(t->dir, t->snapshot, partition, array, job, e);
}

int batch_take(struct engine *g, int fd, const char *partition, const struct run_hooks *h,
	const char *dir, char **job, struct err *e)
{
	AUTO_FREE char *snapshot = path_join(dir, HAND_SNAPSHOT);
	struct taking t = {.g = g, .h = h, .dir = dir, .snapshot = snapshot};

	if (slurm_elsewhere(partition, &t.elsewhere, e) < 0)
		return -1;
	if (take(&t, fd, partition, job, e) == 0)
		return 0;
	tree_remove(dir, NULL);
	return -1;
}
