/* SPDX-License-Identifier: MIT */
#include "cli/carry.h"

#include "base/log.h"
#include "base/mem.h"
#include "cli/face/consent.h"
#include "cli/face/progress.h"

int carry_image(struct cli *c, const struct plan *p, bool force, char **id, struct err *e)
{
	struct progress_view *view;
	struct progress_sink sink;
	struct engine *g;
	int result;

	if (cli_engine(c, &g, e) < 0)
		return -1;
	view = progress_view_new(2);
	sink = progress_view_sink(view);
	result = ensure_image(g, p, &sink, force, id, e);
	progress_view_end(view);
	if (result == 0)
		log_debug(
			"image %s is %s", p->build.wanted ? p->build.tag : p->image, *id);
	return result;
}

int carry_facts(struct cli *c, struct engine_facts *out, struct err *e)
{
	const struct engine_facts *f;
	struct engine *g;

	if (cli_engine(c, &g, e) < 0 || engine_facts(g, &f, e) < 0)
		return -1;
	*out = *f;
	return 0;
}

int carry_launch(struct cli *c, const struct plan *p, const struct profile_source *src,
	bool force, const struct launch_io *io, int *status, struct err *e)
{
	AUTO_RESOLVED struct resolved s;
	AUTO_STRV struct strv can = {0};
	AUTO_FREE char *id = NULL;
	struct engine_facts facts;
	struct engine *g;

	resolved_init(&s);
	*status = 125;
	if (cli_engine(c, &g, e) < 0 || carry_facts(c, &facts, e) < 0)
		return -1;
	sweep(g);
	/* What is not granted must not be built either: a Dockerfile is foreign code too.
	 */
	if (resolve(p, &facts, &s, e) < 0)
		return -1;
	resolved_capabilities(&s, &can);
	if (consent_allow(c, &can, src, e) < 0)
		return -1;
	if (carry_image(c, p, force, &id, e) < 0)
		return -1;
	str_set(&s.image_id, id);
	return launch(g, &s, io, status, e);
}

int carry_plan_wanted(
	struct cli *c, bool ask, const struct plan *p, struct strv *can, struct err *e)
{
	struct engine_facts facts;
	AUTO_RESOLVED struct resolved s;
	struct err none;

	resolved_init(&s);
	if (!ask || carry_facts(c, &facts, &none) < 0)
		facts = (struct engine_facts){.socket = cli_engine_socket(c)};
	if (resolve(p, &facts, &s, e) < 0)
		return -1;
	resolved_capabilities(&s, can);
	return 0;
}
