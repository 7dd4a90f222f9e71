/* SPDX-License-Identifier: MIT */
/* Jobs as data: docs/json.md. */
#include <math.h>

#include "base/mem.h"
#include "batch/job_metric.h"
#include "cli/batch/jobs_table.h"

static void put_number(cJSON *o, const char *key, int64_t n)
{
	if (n >= 0)
		cJSON_AddItemToObject(o, key, json_whole(n));
}

static void put_metric(cJSON *o, const struct job *j, const struct job_task *t)
{
	AUTO_METRIC struct job_metric m;

	job_metric_read(j, t, &m);
	json_put(o, "with", m.words);
	put_number(o, "step", m.step);
	put_number(o, "steps", m.of);
	if (isfinite(m.loss))
		cJSON_AddNumberToObject(o, "loss", m.loss);
	if (isfinite(m.acc))
		cJSON_AddNumberToObject(o, "acc", m.acc);
}

static cJSON *task_json(const struct job *j, const struct job_task *t)
{
	AUTO_FREE char *name = job_task_name(j, t), *log = job_file(j, t, "log");
	cJSON *o = cJSON_CreateObject();

	json_put(o, "job", name);
	json_put(o, "state", job_state_word(t->state));
	put_number(o, "status", t->status);
	put_number(o, "began", t->began);
	put_number(o, "time_left", t->left);
	json_put(o, "on", t->hosts);
	json_put(o, "why", t->why);
	json_put(o, "log", log);
	put_metric(o, j, t);
	return o;
}

cJSON *jobs_json(const struct jobs *l, bool tasks)
{
	cJSON *all = cJSON_CreateArray();

	for (size_t i = 0; i < l->n; i++) {
		const struct job *j = &l->v[i];
		cJSON *o = cJSON_CreateObject(), *list;
		enum job_state state = job_state(j);

		json_put(o, "job", j->number);
		json_put(o, "directory", j->dir);
		json_put(o, "profile", j->profile);
		json_put(o, "project", j->project);
		json_put(o, "state", job_state_word(state));
		if (job_ended(state))
			put_number(o, "status", job_status(j));
		put_number(o, "submitted", j->submitted);
		put_number(o, "nodes", j->nodes);
		cJSON_AddItemToArray(all, o);
		if (!tasks)
			continue;
		list = cJSON_AddArrayToObject(o, "tasks");
		for (size_t k = 0; k < j->n_tasks; k++)
			cJSON_AddItemToArray(list, task_json(j, &j->tasks[k]));
	}
	return all;
}
