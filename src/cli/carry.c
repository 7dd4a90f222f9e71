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
	const struct engine_system *s;
	const struct engine_info *i;
	struct engine *g;

	if (cli_engine(c, &g, e) < 0 || engine_system(g, &s, e) < 0)
		return -1;
	i = engine_info(g);
	*out = (struct engine_facts){.socket = cli_engine_socket(c),
		.podman = i->podman,
		.rootless = s->rootless,
		.userns_remap = s->userns_remap,
		.nvidia = s->nvidia_runtime,
		.cdi = s->cdi};
	return 0;
}

int carry_launch(struct cli *c, const struct plan *p, const struct profile_source *src,
	bool force, const struct launch_io *io, int *status, struct err *e)
{
	AUTO_RESOLVED struct resolved s;
	AUTO_RIGHTS struct rights rights = {0};
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
	if (resolve(p, &facts, &s, &rights, e) < 0)
		return -1;
	if (consent_allow(c, &rights, src, e) < 0)
		return -1;
	if (carry_image(c, p, force, &id, e) < 0)
		return -1;
	str_set(&s.image_id, id);
	return launch(g, &s, io, status, e);
}

int carry_plan_rights(struct cli *c, bool ask, const struct plan *p,
	struct rights *rights, struct err *e)
{
	struct engine_facts facts;
	AUTO_RESOLVED struct resolved s;
	struct err none;

	resolved_init(&s);
	if (!ask || carry_facts(c, &facts, &none) < 0)
		facts = (struct engine_facts){.socket = cli_engine_socket(c)};
	return resolve(p, &facts, &s, rights, e);
}
