/* SPDX-License-Identifier: MIT */
/* GPUs: the scheduler's choice becomes the engine's devices. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "batch/batch.h"
#include "batch/node/node.h"
#include "host/gpu.h"

enum { GPUS_MAX = 128 }; /* of one node */

static bool is_uuid(const char *s)
{
	return !strncmp(s, "GPU-", 4) || !strncmp(s, "MIG-", 4);
}

static void add_one(struct strv *out, const char *word)
{
	const char *colon = strrchr(word, ':');
	int first, last, n;

	if (is_uuid(word)) {
		strv_add(out, word);
		return;
	}
	n = sscanf(colon ? colon + 1 : word, "%5d-%5d", &first, &last);
	if (n < 1)
		return;
	for (last = n == 2 ? last : first; first <= last && out->n < GPUS_MAX; first++)
		strv_addf(out, "%d", first);
}

void gpu_ids(struct strv *out, const char *text)
{
	const char *at = strstr(text, "(IDX:");

	for (at = at ? at + 5 : text; *at && *at != ')';) {
		size_t n = strcspn(at, ",)");
		AUTO_FREE char *word = xstrndup(at, n);

		add_one(out, word);
		at += n + (at[n] == ',');
	}
}

/* Numbers are the machine's. Those of CUDA_VISIBLE_DEVICES begin at 0 where the job is
 * confined to its devices, which the engine is not; UUIDs there may be the task's alone.
 */
static bool of_allocation(struct strv *out)
{
	static const char *const names[] = {
		"SLURM_STEP_GPUS", "SLURM_JOB_GPUS", "CUDA_VISIBLE_DEVICES"};
	const char *visible = getenv("CUDA_VISIBLE_DEVICES");

	if (visible && is_uuid(visible))
		gpu_ids(out, visible);
	if (out->n)
		return true;
	for (size_t i = 0; i < COUNT_OF(names) && !out->n; i++) {
		const char *text = getenv(names[i]);

		if (text)
			gpu_ids(out, text);
	}
	return false;
}

/* Who is confined to them sees so many, counted from 0: then these are they. */
static void name_confined(struct strv *ids)
{
	AUTO_GPUS struct host_gpus g = {0};
	AUTO_STRV struct strv uuids = {0};
	bool beyond = false;

	if (host_gpus_get(&g, NULL) < 0 || !g.driver)
		return;
	for (size_t i = 0; i < g.n; i++)
		if (g.v[i].mig_of < 0)
			strv_add(&uuids, g.v[i].uuid);
	for (size_t i = 0; i < ids->n; i++)
		beyond |= !is_uuid(ids->v[i]) && atoi(ids->v[i]) >= (int)uuids.n;
	if (beyond && uuids.n == ids->n)
		strv_copy(ids, &uuids);
}

static void take(struct settings *s, const struct strv *ids)
{
	struct plan_gpus *g = &s->gpus;

	if (g->select == GPU_NONE)
		return;
	strv_copy(&g->ids, ids);
	str_set(&g->type, NULL);
	g->select = ids->n ? GPU_IDS : GPU_NONE;
	g->count = 0;
	g->pick = GPU_PICK_FIRST;
	s->typed.gpus = true; /* the scheduler's choice within what was granted */
}

int task_gpus(struct plan *p, const struct task *t, struct err *e)
{
	AUTO_STRV struct strv all = {0}, own = {0};
	bool every, bound;
	size_t n = (size_t)batch_gpus(p, &every), first;

	if (!n && !every)
		return 0;
	bound = of_allocation(&all);
	name_confined(&all);
	if (every)
		n = all.n / (size_t)t->per_node;
	first = bound && all.n == n ? 0 : (size_t)t->local * n;
	for (size_t i = first; n && i < first + n && i < all.n; i++)
		strv_add(&own, all.v[i]);
	if ((!own.n || own.n < n) && !p->set.gpus.optional)
		return err_set(e, ERR_NO_GPU,
			"the allocation has %zu GPUs here, too few for task %d", all.n,
			t->rank);
	if (own.n < n)
		strv_free(&own);
	take(&p->set, &own);
	for (size_t i = 0; i < p->n_services; i++)
		take(&p->services[i].set, &own);
	return 0;
}
