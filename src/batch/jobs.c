/* SPDX-License-Identifier: MIT */
#include "batch/jobs.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/path.h"
#include "batch/batch.h"

enum { SMALL_FILE = 1 << 20 };

void job_free(struct job *j)
{
	for (size_t i = 0; i < j->n_tasks; i++) {
		free(j->tasks[i].id);
		free(j->tasks[i].hosts);
		free(j->tasks[i].why);
	}
	free(j->tasks);
	free(j->dir);
	free(j->number);
	free(j->profile);
	free(j->project);
	*j = (struct job){0};
}

void jobs_free(struct jobs *l)
{
	for (size_t i = 0; i < l->n; i++)
		job_free(&l->v[i]);
	free(l->v);
	*l = (struct jobs){0};
}

char *job_task_name(const struct job *j, const struct job_task *t)
{
	return t->index < 0 ? xstrdup(j->number)
			    : xasprintf("%s_%d", j->number, t->index);
}

char *job_file(const struct job *j, const struct job_task *t, const char *name)
{
	return t->index < 0 ? path_join(j->dir, name)
			    : xasprintf("%s/task.%d/%s", j->dir, t->index, name);
}

/* What it wrote last of all. */
bool job_look(const struct job *j, struct job_task *t)
{
	AUTO_FREE char *path = job_file(j, t, "exit.json"),
		       *cancelled = job_file(j, t, "cancelled");
	AUTO_JSON cJSON *ended = json_read(path, SMALL_FILE, NULL);
	struct stat st;

	t->killed = json_str(ended, "signal") != NULL;
	t->status = json_int(ended, "status", -1);
	if (t->status < 0)
		return false;
	t->state = !t->status               ? JOB_DONE
		   : !lstat(cancelled, &st) ? JOB_CANCELLED
					    : JOB_FAILED;
	return true;
}

static void add_task(struct job *j, int index)
{
	j->tasks = xrealloc(j->tasks, (j->n_tasks + 1) * sizeof *j->tasks);
	j->tasks[j->n_tasks++] =
		(struct job_task){.index = index, .status = -1, .began = -1, .left = -1};
}

static int by_index(const void *a, const void *b)
{
	const struct job_task *x = a, *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

static void find_tasks(struct job *j)
{
	DIR *d = opendir(j->dir);
	struct dirent *entry;
	int index, n;

	while (d && (entry = readdir(d)))
		if (sscanf(entry->d_name, "task.%9d%n", &index, &n) == 1 && index >= 0 &&
			!entry->d_name[n])
			add_task(j, index);
	if (d)
		closedir(d);
	if (!j->n_tasks)
		add_task(j, -1);
	qsort(j->tasks, j->n_tasks, sizeof *j->tasks, by_index);
}

static void read_plan(struct job *j)
{
	AUTO_FREE char *path = path_join(j->dir, FROZEN_PLAN),
		       *its = job_file(j, &j->tasks[0], FROZEN_PLAN);
	AUTO_JSON cJSON *frozen = json_read(path, 0, NULL);
	const cJSON *plan;

	if (!frozen)
		frozen = json_read(its, 0, NULL);
	plan = json_get(json_get(json_get(frozen, "plan"), "containers"), "main");
	str_set(&j->profile, json_str(frozen, "shown"));
	str_set(&j->project, json_str(frozen, "project"));
	j->nodes = json_int(plan, "nodes", 1);
	j->per_node = json_int(json_get(plan, "tasks"), "per_node", 1);
}

/* Its number and when it was given one. -1: it never was. */
static int read_number(const char *dir, struct job *out, struct err *e)
{
	AUTO_FREE char *path = path_join(dir, "job");
	AUTO_BUF struct buf number = {0};
	struct stat st;

	if (file_read_stat(path, 64, &number, &st, e) < 0)
		return -1;
	buf_adds(&number, "");
	number.p[strcspn(number.p, "\n")] = 0;
	if (!*number.p || strspn(number.p, "0123456789") != strlen(number.p))
		return err_set(e, 0, "%s: holds no job's number", path);
	*out = (struct job){.dir = xstrdup(dir),
		.number = buf_take(&number),
		.submitted = st.st_mtime};
	return 0;
}

static void read_rest(struct job *j)
{
	find_tasks(j);
	read_plan(j);
	for (size_t i = 0; i < j->n_tasks; i++)
		job_look(j, &j->tasks[i]);
}

int job_read(const char *dir, struct job *out, struct err *e)
{
	if (read_number(dir, out, e) < 0)
		return -1;
	read_rest(out);
	return 0;
}

static int newest_first(const void *a, const void *b)
{
	const struct job *x = a, *y = b;

	if (x->submitted != y->submitted)
		return x->submitted > y->submitted ? -1 : 1;
	return (int)(atol(y->number) > atol(x->number)) -
	       (int)(atol(y->number) < atol(x->number));
}

void jobs_list(struct jobs *out, const char *only)
{
	AUTO_FREE char *top = xdg_path("STATE", "jobs");
	DIR *d = opendir(top);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		AUTO_FREE char *dir = path_join(top, entry->d_name);
		struct job j;

		if (*entry->d_name == '.' || read_number(dir, &j, NULL) < 0)
			continue;
		if (only && strcmp(j.number, only) != 0 &&
			strcmp(entry->d_name, only) != 0) {
			job_free(&j);
			continue;
		}
		read_rest(&j);
		out->v = xrealloc(out->v, (out->n + 1) * sizeof *out->v);
		out->v[out->n++] = j;
	}
	if (d)
		closedir(d);
	if (out->n)
		qsort(out->v, out->n, sizeof *out->v, newest_first);
}

char *job_dir_new(void)
{
	AUTO_FREE char *top = xdg_path("STATE", "jobs");
	char when[32] = "";
	time_t now = time(NULL);
	struct tm t;
	unsigned r = 0;

	strftime(when, sizeof when, "%Y%m%d-%H%M%S", localtime_r(&now, &t));
	if (getrandom(&r, sizeof r, 0) != sizeof r)
		r = (unsigned)clock();
	return xasprintf("%s/%s-%06x", top, when, r & 0xffffff);
}
