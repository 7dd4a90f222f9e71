/* SPDX-License-Identifier: MIT */
/* gpus: which of this machine's, by which of the engine's ways. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "launch/resolve/resolve.h"

static const char cure[] =
	"install the NVIDIA driver (450 or newer) and the NVIDIA Container "
	"Toolkit, or go without: -d none";

static bool has_gpu(const struct host_gpus *g, const char *id)
{
	for (size_t i = 0; i < g->n; i++) {
		const struct host_gpu *v = &g->v[i];
		AUTO_FREE char *index = xasprintf("%d", v->index);

		if ((v->mig_of < 0 && !strcmp(id, index)) || !strcmp(id, v->uuid))
			return true;
	}
	return false;
}

static int check_ids(const struct host_gpus *g, const struct strv *ids, struct err *e)
{
	size_t whole = 0;

	for (size_t i = 0; i < g->n; i++)
		whole += g->v[i].mig_of < 0;
	for (size_t i = 0; i < ids->n; i++)
		if (!has_gpu(g, ids->v[i]))
			return err_set(e, 0,
				"no GPU %s: this machine has %zu (see cnnrun doctor)",
				ids->v[i], whole);
	return 0;
}

static void capabilities(struct resolving *r)
{
	struct strv *c = &r->s->set.gpus.capabilities;

	strv_copy(c, &r->p->set.gpus.capabilities);
	if (!c->n) {
		strv_add(c, "compute");
		strv_add(c, "utility");
	}
	if (r->p->display.mode == DISPLAY_NONE && r->p->xhost == XHOST_NONE &&
		!r->p->wayland.wanted)
		return;
	if (strv_has(c, "all"))
		return;
	if (!strv_has(c, "graphics"))
		strv_add(c, "graphics");
	if (!strv_has(c, "display"))
		strv_add(c, "display");
}

/* An image can ask for all GPUs by a variable of its own, and be given them. What the
 * profile says is listed as a right and stays. */
static void no_gpus(struct resolving *r)
{
	static const char name[] = "NVIDIA_VISIBLE_DEVICES";

	if ((r->facts->nvidia_always || host_has_gpu_hook()) &&
		!kvs_get(&r->s->env, name))
		kvs_set(&r->s->env, name, "void");
}

static int find_gpus(struct resolving *r, struct err *e)
{
	const struct plan_gpus *p = &r->p->set.gpus;
	AUTO_GPUS struct host_gpus g = {0};

	if (p->select == GPU_NONE)
		return 0;
	if (host_gpus_get(&g, e) < 0)
		return plan_fail(r->p, "gpus", e);
	if (p->optional && (!g.driver || !g.n)) {
		log_debug("no GPU here (%s); going without", g.problem);
		return 0;
	}
	if (g.driver && check_ids(&g, &p->ids, e) < 0)
		return plan_fail(r->p, "gpus", e);
	if (r->facts->no_gpus) {
		err_set(e, ERR_NO_GPU, "%s", r->facts->no_gpus);
		return plan_fail(r->p, "gpus", e);
	}
	r->s->set.gpus.select = p->select;
	r->s->set.gpus.count = p->count;
	r->s->set.gpus.optional = p->optional;
	strv_copy(&r->s->set.gpus.ids, &p->ids);
	capabilities(r);
	r->s->gpus_cdi = r->facts->cdi_only ||
			 (r->facts->cdi && !r->facts->nvidia && host_has_cdi());
	return 0;
}

int resolve_gpus(struct resolving *r, struct err *e)
{
	int rc = find_gpus(r, e);

	if (!rc && r->s->set.gpus.select == GPU_NONE)
		no_gpus(r);
	return rc;
}

/* The engine refuses at start; its own words name neither cause nor cure. */
int gpu_start_failed(const struct resolved *s, struct err *e)
{
	if (s->set.gpus.select == GPU_NONE || e->code != ERR_NO_GPU)
		return 0;
	err_set(e, e->code,
		"the engine cannot pass these GPUs on: it has neither an NVIDIA runtime "
		"nor a CDI device for them; %s",
		cure);
	return 1;
}
