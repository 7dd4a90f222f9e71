/* SPDX-License-Identifier: MIT */
#include "launch/run.h"

#include "base/log.h"
#include "base/mem.h"

static int make_image(struct engine *g, const struct run_request *r,
	const struct run_hooks *h, struct resolved *s, struct err *e)
{
	const struct plan *p = r->plan;
	const struct progress_sink *news = h->news.event ? &h->news : NULL;
	int rc = ensure_image(g, p, s, news, r->rebuild, e);

	if (h->news_end)
		h->news_end(h->news.ctx);
	if (rc == 0)
		log_debug("image %s is %s", p->build.wanted ? p->build.tag : p->image,
			s->image_id);
	return rc;
}

int run_plan(struct engine *g, const struct run_request *r, const struct run_hooks *h,
	int *status, struct err *e)
{
	AUTO_RESOLVED struct resolved s;
	AUTO_RIGHTS struct rights rights = {0};
	const struct engine_facts *facts;

	resolved_init(&s);
	*status = 125;
	if (engine_facts(g, &facts, e) < 0)
		return -1;
	sweep(g);
	/* What is not granted must not be built either: a Dockerfile is foreign code too.
	 */
	if (resolve(r->plan, facts, &s, &rights, e) < 0)
		return -1;
	if (allow(&rights, r->src, &h->consent, e) < 0)
		return -1;
	if (make_image(g, r, h, &s, e) < 0)
		return -1;
	return launch(g, &s, r->io, h->events, status, e);
}

int run_build(struct engine *g, const struct run_request *r, const struct run_hooks *h,
	char **id, struct err *e)
{
	AUTO_RESOLVED struct resolved s;
	AUTO_RIGHTS struct rights rights = {0};

	resolved_init(&s);
	if (resolve_image(r->plan, &s, &rights, e) < 0 ||
		allow(&rights, r->src, &h->consent, e) < 0 ||
		make_image(g, r, h, &s, e) < 0)
		return -1;
	*id = xstrdup(s.image_id);
	return 0;
}
