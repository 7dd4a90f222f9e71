/* SPDX-License-Identifier: MIT */
/* cnnrun fetch: what changed in the copies of carried directories comes home. */
#include "base/log.h"
#include "base/mem.h"
#include "cli/batch/there_fetch.h"
#include "cli/face/hooks.h"
#include "launch/carry/carry.h"
#include "profile/profile.h"

static int fetch(struct cli *c, const struct opts *o, struct err *e)
{
	AUTO_FREE char *project = project_find(NULL);
	const struct run_hooks hooks = terminal_hooks(c);
	const struct launch_events events = {
		.news = &hooks.news, .news_end = hooks.news_end};
	const struct carry_request r = {.project = project,
		.word = o->n_args ? o->args[0] : NULL,
		.all = opt_on(o, "all")};
	struct engine *g;
	size_t n;

	if (c->cluster)
		return there_fetch(c, o, e);
	if (cli_no_more(o, 1, e) < 0 || cli_engine(c, &g, e) < 0 ||
		carry_fetch(g, &r, &events, &n, e) < 0)
		return -1;
	if (n)
		return 0;
	if (r.word)
		return err_set(e, 0,
			"nothing that '%s' carried is known on this engine; without a "
			"name all of this project is fetched",
			r.word);
	return err_set(e, 0, "%s of this project was carried to this engine",
		project ? "nothing" : "there is no project here, and nothing");
}

static const struct opt table[] = {
	{.name = "all", .letter = 'a', .about = "however many and large they are"},
};

const struct command command_fetch = {
	.name = "fetch",
	.usage = "[-a] [NAME | PROFILE | JOB]",
	.about = "Bring home what changed in carried directories",
	.details =
		"Without a name: of this project. With --on ssh://LOGIN+slurm: what jobs "
		"that were submitted from here made in the project. What changed on "
		"both sides comes as FILE.remote.",
	.options = {"Options", table, COUNT_OF(table)},
	.run = fetch,
};
