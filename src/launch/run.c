/* SPDX-License-Identifier: MIT */
#include "launch/run.h"

#include <errno.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/json.h"
#include "base/mem.h"
#include "launch/box/box.h"
#include "launch/image/push_image.h"
#include "launch/ledger/owner.h"
#include "launch/lock/lock.h"

/* A source was exchanged under a launch of this process, which has one profile. */
static bool ended;

void run_moved(void)
{
	ended = true;
}

int run_check(struct err *e)
{
	if (!ended)
		return 0;
	return err_set(e, ESTALE,
		"a mount's source was exchanged during a launch: this profile starts "
		"nothing more; see who else writes there (cnnrun ps)");
}

static int make_image(struct engine *g, const struct plan *p, const struct run_request *r,
	const struct run_hooks *h, struct resolved *s, struct err *e)
{
	const struct progress_sink *news = h->news.event ? &h->news : NULL;
	const struct asker who = {r->src, &h->consent};
	struct locked locked = {0};
	int rc = r->locked ? lock_image(g, r->locked, p, s, r->rebuild, &locked, e) : 0;

	if (!rc)
		rc = ensure_image(
			g, p, s, news, &who, r->rebuild, r->locked ? &locked : NULL, e);
	if (h->news_end)
		h->news_end(h->news.ctx);
	free(locked.ref);
	if (!rc && r->locked)
		rc = lock_verify(g, r->locked, p, s, e);
	if (rc == 0)
		log_debug("image %s is %s", p->build.wanted ? p->build.tag : p->image,
			s->image_id);
	return rc;
}

static int make_images(struct engine *g, const struct run_request *r,
	const struct run_hooks *h, struct resolved *s, struct err *e)
{
	int rc = make_image(g, r->plan, r, h, s, e);

	for (size_t i = 0; !rc && i < s->n_services; i++)
		rc = make_image(g, &r->plan->services[i], r, h, &s->services[i], e);
	return rc;
}

/* On the container, for whoever wants to enter it later. */
static void keep_rights(struct resolved *s, const struct rights *rights)
{
	AUTO_JSON cJSON *list = rights_json(rights);
	AUTO_FREE char *text = json_text(list, false);

	kvs_set(&s->set.labels, LABEL_RIGHTS, text);
	for (size_t i = 0; i < s->n_services; i++)
		kvs_set(&s->services[i].set.labels, LABEL_RIGHTS, text);
}

static int make(struct engine *g, const struct run_request *r, const struct run_hooks *h,
	struct run_ready *ready, const struct launch_events *events, int *status,
	struct err *e)
{
	struct launch_events told = {0};

	keep_rights(&ready->s, &ready->now);
	if (events)
		told = *events;
	told.news = h->news.event ? &h->news : NULL;
	told.news_end = h->news_end;
	if (launch(g, &ready->s, r->io, &told, status, e) == 0)
		return 0;
	ended |= *status == 125 && e->code == ESTALE;
	return -1;
}

/* One that is there already. */
static int verify_box(struct engine *g, const struct run_request *r, const struct box *b,
	struct resolved *s, struct err *e)
{
	str_set(&s->image_id, b->image_id);
	if (lock_verify(g, r->locked, r->plan, s, e) == 0)
		return 0;
	return err_hint(e, "or make the box %s anew: --fresh", b->name);
}

static int run_box(struct engine *g, const struct run_request *r,
	const struct run_hooks *h, struct run_ready *ready, int *status, struct err *e)
{
	struct box b;
	int rc = box_open(&b, g, r, h, &ready->s, e);

	if (!rc && !b.id)
		rc = make_images(g, r, h, &ready->s, e);
	else if (!rc && r->locked)
		rc = verify_box(g, r, &b, &ready->s, e);
	if (!rc && !b.id)
		rc = make(g, r, h, ready, &b.events, status, e);
	if (!rc) {
		box_unlock(&b);
		rc = box_enter(&b, status, e);
	}
	box_close(&b);
	return rc;
}

int run_prepare(struct engine *g, const struct run_request *r, const struct run_hooks *h,
	struct run_ready *out, struct err *e)
{
	AUTO_RIGHTS struct rights rights = {0};
	const struct engine_facts *facts;

	*out = (struct run_ready){0};
	resolved_init(&out->s);
	if (run_check(e) < 0 || engine_facts(g, &facts, e) < 0)
		return -1;
	sweep(g);
	/* What is not granted must not be built either: a Dockerfile is foreign code too.
	 */
	if (resolve(r->plan, facts, &out->s, &rights, e) < 0)
		return -1;
	if (r->locked && lock_check(r->locked, r->plan, &out->s, e) < 0)
		return -1;
	rights_add_now(&out->now, &rights);
	if (allow(&out->now, r->src, &h->consent, e) < 0)
		return -1;
	return out->s.set.box ? 0 : make_images(g, r, h, &out->s, e);
}

int run_launch(struct engine *g, const struct run_request *r, const struct run_hooks *h,
	struct run_ready *ready, int *status, struct err *e)
{
	*status = 125;
	if (ready->s.set.box)
		return run_box(g, r, h, ready, status, e);
	return make(g, r, h, ready, h->events, status, e);
}

void run_ready_free(struct run_ready *r)
{
	resolved_free(&r->s);
	rights_free(&r->now);
}

int run_plan(struct engine *g, const struct run_request *r, const struct run_hooks *h,
	int *status, struct err *e)
{
	AUTO_READY struct run_ready ready;

	*status = 125;
	if (run_prepare(g, r, h, &ready, e) < 0)
		return -1;
	return run_launch(g, r, h, &ready, status, e);
}

/* News of a push are as those of a build. */
static int push(struct engine *g, const struct run_request *r, const struct run_hooks *h,
	const char *id, struct err *e)
{
	const struct asker who = {r->src, &h->consent};
	int rc = push_image(
		g, r->plan->build.tag, id, h->news.event ? &h->news : NULL, &who, e);
	if (h->news_end)
		h->news_end(h->news.ctx);
	return rc;
}

/* The images of a plan, and nothing else, once they are allowed; s is initialised. */
static int build(struct engine *g, const struct run_request *r, const struct run_hooks *h,
	struct resolved *s, cJSON **print, struct err *e)
{
	const struct engine_facts facts = engine_facts_of(engine_info(g)->url);
	AUTO_RIGHTS struct rights rights = {0}, now = {0};

	if (run_check(e) < 0 || resolve_image(r->plan, &facts, s, &rights, e) < 0)
		return -1;
	if (r->locked && lock_check(r->locked, r->plan, s, e) < 0)
		return -1;
	rights_add_now(&now, &rights);
	if (allow(&now, r->src, &h->consent, e) < 0 ||
		(print && lock_print(r->plan, s, print, e) < 0))
		return -1;
	return make_images(g, r, h, s, e);
}

int run_build(struct engine *g, const struct run_request *r, const struct run_hooks *h,
	char **id, struct err *e)
{
	AUTO_RESOLVED struct resolved s;

	resolved_init(&s);
	if ((r->push && push_check(r->plan, e) < 0) || build(g, r, h, &s, NULL, e) < 0)
		return -1;
	*id = xstrdup(s.image_id);
	return r->push ? push(g, r, h, *id, e) : 0;
}

int run_lock(struct engine *g, const struct run_request *r, const struct run_hooks *h,
	cJSON **entry, struct err *e)
{
	AUTO_RESOLVED struct resolved s;

	resolved_init(&s);
	if (build(g, r, h, &s, entry, e) < 0)
		return -1;
	return lock_add_images(g, r->plan, &s, *entry, e);
}
