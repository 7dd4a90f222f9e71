/* SPDX-License-Identifier: MIT */
/* What a cluster can do of a plan, and what is one task's of it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "batch/batch.h"

enum { SLURM_EARLY = 60 }; /* seconds */

int batch_check(const struct plan *p, struct err *e)
{
	const struct settings *s = &p->set;
	const char *key = NULL;

	if (s->box || s->detach || s->keep)
		err_set(e, EINVAL, "%s is for an engine, and a job ends",
			key = s->box      ? "box"
			      : s->detach ? "detach"
					  : "keep");
	else if (s->checkpoint.wanted && s->time &&
		 s->time < s->checkpoint.before + SLURM_EARLY)
		err_set(e, EINVAL,
			"%s: Slurm gives the signal up to a minute earlier: c:time "
			"\"%llds\" or more",
			key = "checkpoint",
			(long long)s->checkpoint.before + SLURM_EARLY);
	else if (p->n_services && (s->nodes > 1 || s->per_node > 1))
		err_set(e, EINVAL, "%s: services are beside one task, and it has several",
			key = "nodes");
	else if (s->nodes > 1 && (!s->network || strcmp(s->network, "host") != 0))
		err_set(e, EINVAL,
			"%s: tasks on several nodes reach each other by the nodes' "
			"network: "
			"c:network \"host\"",
			key = "nodes");
	else if (s->per_node > 1 &&
		 (!s->network || (strcmp(s->network, "host") != 0 &&
					 strcmp(s->network, "none") != 0)))
		err_set(e, EINVAL,
			"tasks: each has a container, and they reach each other by the "
			"node's network: c:network \"host\", or \"none\" where they do "
			"not");
	else
		return 0;
	return plan_fail(p, key ? key : "tasks/per_node", e);
}

struct plan batch_one(const struct plan *p)
{
	struct plan one = *p;

	one.set.nodes = one.set.per_node = 0;
	one.set.n_after_jobs = 0;
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

void batch_job_free(struct batch_job *j)
{
	for (size_t i = 0; i < j->n_tasks; i++) {
		plan_free(&j->tasks[i].plan);
		free(j->tasks[i].words);
	}
	free(j->tasks);
	j->tasks = NULL;
	j->n_tasks = 0;
}
