/* SPDX-License-Identifier: MIT */
/* gpus: which of this machine's, by which of the engine's ways. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "launch/gpu/holders.h"
#include "launch/gpu/pick.h"
#include "launch/resolve/resolve.h"
#include "plan/primitive/shapes.h"

#define CAPABILITIES "NVIDIA_DRIVER_CAPABILITIES"

static const char cure[] =
	"install the NVIDIA driver (450 or newer) and the NVIDIA Container "
	"Toolkit, or go without: --gpus none";

static size_t n_whole(const struct host_gpus *g)
{
	size_t whole = 0;

	for (size_t i = 0; i < g->n; i++)
		whole += g->v[i].mig_of < 0;
	return whole;
}

static const struct host_gpu *gpu_of(const struct host_gpus *g, const char *id)
{
	for (size_t i = 0; i < g->n; i++) {
		const struct host_gpu *v = &g->v[i];
		AUTO_FREE char *index = xasprintf("%d", v->index);

		if ((v->mig_of < 0 && !strcmp(id, index)) || !strcmp(id, v->uuid))
			return v;
	}
	return NULL;
}

static int check_ids(const struct host_gpus *g, const struct strv *ids, struct err *e)
{
	for (size_t i = 0; i < ids->n; i++)
		if (!gpu_of(g, ids->v[i]))
			return err_set(e, 0,
				"no GPU %s: this machine has %zu (see cnnrun doctor)",
				ids->v[i], n_whole(g));
	return 0;
}

/* So many with so much memory as never will be here need no waiting for. */
static int check_pick(const struct host_gpus *g, const struct plan_gpus *p, struct err *e)
{
	size_t n = 0;

	if (!g->driver)
		return err_set(
			e, ERR_NO_GPU, "%s, so none can be picked; %s", g->problem, cure);
	for (size_t i = 0; i < g->n; i++)
		n += gpu_can_be_picked(&g->v[i]) && gpu_is_of(p, &g->v[i]) &&
		     g->v[i].memory >= (uint64_t)p->min_free;
	if (n >= (size_t)p->count)
		return 0;
	return err_set(e, ERR_NO_GPU,
		"%d GPUs are asked for, and this machine has %zu%s%s%s (see cnnrun ps "
		"--gpus)",
		p->count, n, p->type ? " of type " : "", p->type ? p->type : "",
		p->min_free ? " with that much memory" : "");
}

/* Docker would share them without a word. */
static void tell_of_holder(const struct gpu_holders *h, const struct host_gpu *g)
{
	AUTO_BUF struct buf who = {0};

	if (!gpu_claim(h, g->uuid))
		return;
	gpu_holder_words(&who, h, g->uuid);
	log_warn("GPU %d is held by %s and will be shared; pick = \"free\" in c:gpus "
		 "takes "
		 "what nobody holds (see cnnrun ps --gpus)",
		g->index, who.p);
}

static void tell_of_holders(const struct host_gpus *g, const struct plan_gpus *p)
{
	AUTO_HOLDERS struct gpu_holders h = {0};
	size_t n = p->select == GPU_COUNT ? (size_t)p->count : 0;

	if (p->pick == GPU_PICK_FREE)
		return;
	gpu_holders_get(NULL, &h);
	for (size_t i = 0; i < p->ids.n; i++)
		tell_of_holder(&h, gpu_of(g, p->ids.v[i]));
	for (size_t i = 0; i < g->n; i++)
		if (p->select == GPU_ALL || (g->v[i].mig_of < 0 && n > 0 && n--))
			tell_of_holder(&h, &g->v[i]);
}

/* What the profile's variable says counts most; without a word of the profile, what the
 * image says does. A display needs what few images name. */
static void capabilities(struct resolving *r)
{
	const struct strv *asked = &r->p->set.gpus.capabilities;
	bool shows = r->p->display.mode != DISPLAY_NONE || r->p->xhost != XHOST_NONE ||
		     r->p->wayland.wanted;
	AUTO_STRV struct strv c = {0};
	AUTO_FREE char *text = NULL;

	for (size_t i = 0; i < asked->n; i++)
		if (strcmp(asked->v[i], "gpu") != 0) /* docker's word for any */
			strv_add(&c, asked->v[i]);
	if (!asked->n && shows)
		strv_add(&c, "all");
	if (kvs_get(&r->s->env, CAPABILITIES))
		strv_free(&c);
	strv_copy(&r->s->set.gpus.capabilities, &c);
	if (!c.n)
		return;
	text = strv_join(&c, ",");
	kvs_set(&r->s->env, CAPABILITIES, text);
}

static int by_runtime(struct resolving *r, struct err *e)
{
	if (!r->facts->version || r->facts->nvidia)
		return 0;
	return err_set(e, ERR_NO_GPU,
		"this engine has no runtime \"nvidia\"; install the NVIDIA Container "
		"Toolkit, and then: sudo nvidia-ctk runtime configure && sudo systemctl "
		"restart docker");
}

static int check(struct resolving *r, const struct host_gpus *g, struct err *e)
{
	const struct plan_gpus *p = &r->p->set.gpus;

	if ((p->pick == GPU_PICK_FREE || p->type) && check_pick(g, p, e) < 0) {
		if (!r->lacks)
			return -1;
		plan_fail(r->p, "gpus", e);
		strv_add(r->lacks,
			e->msg); /* a plan stands without, as without a display */
		*e = (struct err){0};
	}
	if (g->driver && check_ids(g, &p->ids, e) < 0)
		return -1;
	if (p->runtime)
		return by_runtime(r, e);
	return r->facts->no_gpus ? err_set(e, ERR_NO_GPU, "%s", r->facts->no_gpus) : 0;
}

/* The engine's own word, where it has one: it may see other files than we do. */
static bool has_cdi_gpus(const struct resolving *r)
{
	if (r->facts->cdi_gpus != FOUND_UNTOLD)
		return r->facts->cdi_gpus == FOUND_SOME;
	return !r->facts->elsewhere && host_has_cdi();
}

/* What the engine says of itself is all that is known; it refuses what it has not. */
static int check_far(struct resolving *r, bool *without, struct err *e)
{
	const struct plan_gpus *p = &r->p->set.gpus;
	const struct engine_facts *f = r->facts;

	*without = p->optional && f->version && !f->nvidia && f->cdi_gpus != FOUND_SOME;
	if (*without)
		log_debug("no GPU at %s; going without", f->url);
	if (*without || !f->no_gpus)
		return 0;
	if (!p->optional)
		return err_set(e, ERR_NO_GPU, "%s", f->no_gpus);
	log_warn("going without GPUs: %s", f->no_gpus);
	*without = true;
	return 0;
}

static void take(struct resolving *r)
{
	const struct plan_gpus *p = &r->p->set.gpus;

	fields_copy(&r->s->set.gpus, p, shape_gpus.fields);
	capabilities(r);
	gpus_name(r->s);
	r->s->gpus_cdi = !p->runtime &&
			 (r->facts->cdi_only ||
				 (r->facts->cdi && !r->facts->nvidia && has_cdi_gpus(r)));
}

static int resolve_far(struct resolving *r, struct err *e)
{
	bool without;

	if (check_far(r, &without, e) < 0 ||
		(r->p->set.gpus.runtime && !without && by_runtime(r, e) < 0))
		return -1;
	if (!without)
		take(r);
	return 0;
}

static int resolve_nvidia(struct resolving *r, struct err *e)
{
	const struct plan_gpus *p = &r->p->set.gpus;
	AUTO_GPUS struct host_gpus g = {0};

	if (host_gpus_get(&g, e) < 0)
		return -1;
	/* boards of NVIDIA's have GPUs that NVML knows nothing of */
	if (p->optional && !p->runtime && (!g.driver || !g.n)) {
		log_debug("no GPU here (%s); going without", g.problem);
		return 0;
	}
	if (check(r, &g, e) < 0) {
		if (!p->optional || e->code != ERR_NO_GPU)
			return -1;
		log_warn("going without GPUs: %s", e->msg);
		return 0;
	}
	if (g.driver)
		tell_of_holders(&g, p);
	take(r);
	if (p->type && p->pick == GPU_PICK_FIRST) {
		gpus_take_type(r->s, &g);
		gpus_name(r->s);
	}
	return 0;
}

/* An image can ask for all GPUs by a variable of its own, and be given them. What the
 * profile says is listed as a right and stays. */
static void no_gpus(struct resolving *r)
{
	static const char name[] = "NVIDIA_VISIBLE_DEVICES";

	if ((r->facts->elsewhere || r->facts->nvidia_always || host_has_gpu_hook()) &&
		!kvs_get(&r->s->env, name))
		kvs_set(&r->s->env, name, "void");
}

/* 1, or -1: it is not to be had from an engine elsewhere. */
static int only_here(struct resolving *r, struct err *e)
{
	const struct plan_gpus *p = &r->p->set.gpus;

	if (p->vendor == GPU_AMD)
		return resolve_elsewhere(r, "gpus", "a GPU of AMD", p->optional,
			"NVIDIA's are passed on by the engine there; go without: --gpus "
			"none",
			e);
	if (p->pick == GPU_PICK_FREE || p->type)
		return resolve_elsewhere(r, "gpus",
			p->type ? "which GPUs are of that type" : "which GPUs are free",
			p->optional, "name them: --gpus 0, or take all: --gpus all", e);
	return 0;
}

static int find_gpus(struct resolving *r, struct err *e)
{
	const struct plan_gpus *p = &r->p->set.gpus;
	int rc = p->select == GPU_NONE ? 1 : only_here(r, e);

	if (rc)
		return rc < 0 ? -1 : 0;
	rc = p->vendor == GPU_AMD  ? resolve_amd(r, e)
	     : r->facts->elsewhere ? resolve_far(r, e)
				   : resolve_nvidia(r, e);
	return rc < 0 ? plan_fail(r->p, "gpus", e) : 0;
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
