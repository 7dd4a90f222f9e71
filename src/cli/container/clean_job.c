/* SPDX-License-Identifier: MIT */
/* cnnrun clean --job: for an Epilog, when all processes of the job are dead. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/container/cleaning.h"
#include "engine/network.h"
#include "launch/ledger/mark.h"

static const char *label_of(const struct container_item *c, const char *name)
{
	const char *value = kvs_get(&c->labels, name);

	return value ? value : "";
}

static bool is_over(const struct container_item *c)
{
	return !strcmp(c->state, "exited") || !strcmp(c->state, "dead");
}

/* Nothing of its launch runs: what an earlier job had when the node lost its power. A
 * launch of now has removed it in a moment. */
static bool is_relic(const struct container_list *l, const struct container_item *c)
{
	for (size_t i = 0; i < l->n; i++)
		if (!strcmp(label_of(&l->v[i], LABEL_LAUNCH),
			    label_of(c, LABEL_LAUNCH)) &&
			!is_over(&l->v[i]))
			return false;
	return true;
}

/* Anybody's image can carry labels. A user has a mark to know the own ones by; root knows
 * whom the job is of. */
static bool goes(
	const struct container_list *l, const struct container_item *c, const char *job)
{
	const char *uid = getenv("SLURM_JOB_UID");

	if (!*label_of(c, LABEL_LAUNCH) || !*label_of(c, LABEL_JOB))
		return false;
	if (strcmp(label_of(c, LABEL_JOB), job) != 0)
		return is_relic(l, c);
	return getuid() || !uid || !strcmp(label_of(c, LABEL_UID), uid);
}

/* The main ones first: they shall not see their services go. */
static void clean_containers(struct cleaning *w, const struct container_list *l,
	const char *job, struct strv *jobs)
{
	for (int service = 0; service < 2; service++)
		for (size_t i = 0; i < l->n; i++) {
			const struct container_item *c = &l->v[i];
			struct err why = {0};
			int rc = 0;

			if ((mark_service(c) != NULL) != service || !goes(l, c, job))
				continue;
			if (!w->dry)
				rc = container_remove(w->g, c->id, true, NULL, &why);
			told(w, "container", c->name, rc, &why);
			if (!strv_has(jobs, label_of(c, LABEL_JOB)))
				strv_add(jobs, label_of(c, LABEL_JOB));
		}
}

static int clean_networks(struct cleaning *w, const char *job, struct err *e)
{
	AUTO_FREE char *label = xasprintf(LABEL_JOB "=%s", job);
	AUTO_STRV struct strv ids = {0};

	if (network_list(w->g, label, &ids, e) < 0)
		return -1;
	for (size_t i = 0; i < ids.n; i++) {
		struct err why = {0};
		int rc = w->dry ? 0 : network_remove(w->g, ids.v[i], &why);

		told(w, "network", ids.v[i], rc, &why);
	}
	return 0;
}

int clean_job(struct cleaning *w, const char *job, struct err *e)
{
	AUTO_LIST struct container_list l = {0};
	AUTO_STRV struct strv jobs = {0};

	if (!*job || strspn(job, "0123456789") != strlen(job))
		return err_set(e, ERR_USAGE,
			"--job takes the number of a job, as squeue shows it");
	if (container_list(w->g, LABEL_JOB, true, &l, e) < 0)
		return -1;
	if (getuid())
		mark_select(&l, NULL);
	strv_add(&jobs, job);
	clean_containers(w, &l, job, &jobs);
	for (size_t i = 0; i < jobs.n; i++)
		if (clean_networks(w, jobs.v[i], e) < 0)
			return -1;
	return 0;
}
