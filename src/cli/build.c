/* SPDX-License-Identifier: MIT */
/* cnnrun build: the image of a profile, and nothing else. */
#include "base/mem.h"
#include "base/printable.h"
#include "cli/evaluate.h"
#include "cli/face/hooks.h"
#include "cli/face/show.h"

int build_plan(struct evaluation *ev, struct err *e)
{
	const struct plan *p = &ev->plan;
	const struct run_hooks hooks = terminal_hooks(ev->cli);
	struct run_request r = {.plan = p,
		.src = &ev->src,
		.rebuild = opt_on(&ev->opts, "rebuild"),
		.push = opt_on(&ev->opts, "push")};
	AUTO_FREE char *id = NULL;
	AUTO_JSON cJSON *locked = NULL;
	AUTO_BUF struct buf b = {0};
	struct engine *g;

	if (locked_entry(ev, &locked, &r.locked, e) < 0 ||
		cli_engine(ev->cli, &g, e) < 0 || run_build(g, &r, &hooks, &id, e) < 0)
		return -1;
	add_printable(&b, p->build.wanted ? p->build.tag : p->image);
	buf_adds(&b, "  ");
	add_printable(&b, id);
	buf_addc(&b, '\n');
	return print_out(&b, e);
}

static int build(struct cli *c, const struct opts *o, struct err *e)
{
	AUTO_EVALUATION struct evaluation ev = {0};
	int status = evaluate(&ev, c, &command_build, o->rest, ANSWER_ACT, e);

	if (status)
		return status < 0 ? -1 : 0;
	return build_plan(&ev, e);
}

static const struct opt table[] = {
	{.name = "push",
		.about = "send the image to the registry that its tag names",
		.yields = true},
	{.name = "right",
		.arg = "RIGHT",
		.about = "let it do this once, as a refusal names it: write=/data",
		.many = true},
};

const struct command command_build = {
	.name = "build",
	.usage = "[PROFILE] [the profile's own options]",
	.about = "Build or pull a profile's image and print its id",
	.details =
		"Nothing is built when none of the inputs changed since the last time.",
	.options = {"Options", table, COUNT_OF(table)},
	.profile = true,
	.run = build,
};
