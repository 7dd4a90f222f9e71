/* SPDX-License-Identifier: MIT */
#include "launch/gpu/pick.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "host/claim.h"
#include "launch/gpu/holders.h"
#include "launch/ledger/owner.h"

#define TURN "cnnrun/gpu-turn"

_Static_assert((int)GPU_PICK_MAX <= (int)LEDGER_HOLDS_MAX, "what is picked is held");

enum { TURN_STEP_US = 5000, TURN_STEPS = 200 }; /* a second */

bool gpu_can_be_picked(const struct host_gpu *g)
{
	return g->mig_of < 0 && !g->cut;
}

bool gpu_is_of(const struct plan_gpus *p, const struct host_gpu *g)
{
	return !p->type || strcasestr(g->name, p->type);
}

void gpus_take_type(struct resolved *s, const struct host_gpus *all)
{
	struct plan_gpus *g = &s->set.gpus;

	for (size_t i = 0; i < all->n && g->count; i++) {
		if (!gpu_can_be_picked(&all->v[i]) || !gpu_is_of(g, &all->v[i]))
			continue;
		strv_addf(&g->ids, "%d", all->v[i].index);
		g->count--;
	}
	g->select = GPU_IDS;
}

bool gpu_fits(const struct plan_gpus *p, const struct host_gpu *g)
{
	return gpu_can_be_picked(g) && gpu_is_of(p, g) &&
	       g->free >= (uint64_t)p->min_free;
}

void gpus_measure(struct picking *k)
{
	host_gpus_free(&k->gpus);
	host_gpus_measure(&k->gpus);
	k->measured_ms = clock_ms();
}

void gpus_name(struct resolved *s)
{
	const struct plan_gpus *g = &s->set.gpus;
	AUTO_STRV struct strv which = {0};
	AUTO_FREE char *text = NULL;

	if (!g->runtime)
		return;
	strv_copy(&which, &g->ids);
	for (int i = 0; i < g->count; i++)
		strv_addf(&which, "%d", i);
	if (g->select == GPU_ALL)
		strv_add(&which, "all");
	text = strv_join(&which, ",");
	kvs_set(&s->env, "NVIDIA_VISIBLE_DEVICES", text);
}

/* One picks at a time, lest two take half each of what is left. Who never gives the turn
 * back does not keep the others from theirs. */
static int take_turn(void)
{
	int fd = claim_take(TURN);

	for (int i = 0; fd < 0 && errno == EADDRINUSE && i < TURN_STEPS; i++) {
		usleep(TURN_STEP_US);
		fd = claim_take(TURN);
	}
	return fd;
}

static int more(int a, int b)
{
	return (a < 0 ? 0 : a) - (b < 0 ? 0 : b); /* not known = none */
}

/* The fewest processes, then the least use, then the most memory. */
static int by_business(const void *a, const void *b)
{
	const struct host_gpu *x = *(const struct host_gpu *const *)a,
			      *y = *(const struct host_gpu *const *)b;

	if (more(x->processes, y->processes))
		return more(x->processes, y->processes);
	if (more(x->use, y->use))
		return more(x->use, y->use);
	if (x->free != y->free)
		return x->free < y->free ? 1 : -1;
	return x->index - y->index;
}

static void name_them(struct resolved *s, const struct host_gpu *const *picked)
{
	struct plan_gpus *g = &s->set.gpus;
	AUTO_STRV struct strv uuids = {0};
	AUTO_FREE char *text = NULL;

	for (int i = 0; i < g->count; i++) {
		strv_add(&uuids, picked[i]->uuid);
		if (s->gpus_cdi) /* older specifications have no UUIDs */
			strv_addf(&g->ids, "%d", picked[i]->index);
	}
	if (!s->gpus_cdi)
		strv_copy(&g->ids, &uuids);
	g->select = GPU_IDS;
	g->count = 0;
	gpus_name(s);
	text = strv_join(&uuids, " ");
	kvs_set(&s->set.labels, LABEL_GPUS, text);
	log_debug("the GPUs of this launch: %s", text);
}

/* 1 = taken, 0 = somebody has it. */
static int take(const struct host_gpu *g, struct ledger_holds *out, struct err *e)
{
	AUTO_FREE char *name = xasprintf("%s%s", GPU_CLAIMS, g->uuid);
	int fd = claim_take(name);

	if (fd < 0)
		return errno == EADDRINUSE ? 0
					   : err_errno(e, "hold the GPU %d", g->index);
	out->v[out->n++] = fd;
	return 1;
}

/* Those of v that can be taken come first in it. */
static int take_all(struct picking *k, const struct host_gpu **v, size_t n, struct err *e)
{
	AUTO_FD int turn = take_turn();
	size_t had = k->out->n, wanted = (size_t)k->s->set.gpus.count, taken = 0;
	int rc = 0;

	for (size_t i = 0; rc >= 0 && i < n && taken < wanted; i++) {
		rc = take(v[i], k->out, e);
		if (rc > 0)
			v[taken++] = v[i];
	}
	if (rc >= 0 && taken == wanted)
		return 1;
	while (k->out->n > had)
		close(k->out->v[--k->out->n]);
	return rc < 0 ? -1 : 0;
}

int gpus_pick(struct picking *k, struct err *e)
{
	AUTO_FREE const struct host_gpu **v = NULL;
	size_t n = 0;
	int rc;

	gpus_measure(k);
	if (!k->gpus.driver)
		return err_set(e, ERR_NO_GPU, "%s", k->gpus.problem);
	v = xcalloc(k->gpus.n + 1, sizeof(struct host_gpu *));
	for (size_t i = 0; i < k->gpus.n; i++)
		if (gpu_fits(&k->s->set.gpus, &k->gpus.v[i]))
			v[n++] = &k->gpus.v[i];
	qsort(v, n, sizeof *v, by_business);
	rc = take_all(k, v, n, e);
	if (rc > 0)
		name_them(k->s, v);
	return rc;
}
