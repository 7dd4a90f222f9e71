/* SPDX-License-Identifier: MIT */
/* cnnrun [run] PROFILE: the container that a profile describes. */
#include "base/log.h"
#include "base/mem.h"
#include "cli/batch/submit.h"
#include "cli/evaluate.h"
#include "cli/face/hooks.h"
#include "cli/face/show.h"
#include "cli/sweep.h"
#include "launch/steer/listen.h"

/* Ended it as one that is not done, and may it go on? */
static bool goes_on(const struct settings *s, int status, int *again)
{
	int asks = s->checkpoint.wanted ? s->checkpoint.status : CHECKPOINT_STATUS;

	if (status != asks || *again >= s->retries || launch_ever_asked())
		return false;
	log_info("status %d: again (%d of %d)", status, ++*again, s->retries);
	return true;
}

static int launch_plan(struct evaluation *ev, int *status, struct err *e)
{
	struct listener l = {.profile = ev->profile, .door = &ev->door};
	struct launch_events events = {0};
	bool listens = listen_begin(&l, &events);
	struct run_hooks hooks = terminal_hooks(ev->cli);
	struct run_request r = {.plan = &ev->plan,
		.src = &ev->src,
		.rebuild = opt_on(&ev->opts, "rebuild"),
		.fresh = opt_on(&ev->opts, "fresh")};
	AUTO_JSON cJSON *locked = NULL;
	struct engine *g;
	int result, again = 0;

	if (!listens) { /* its memory is not needed any more */
		profile_end(ev->profile);
		ev->profile = NULL;
	}
	hooks.events = &events;
	*status = 125;
	result = locked_entry(ev, &locked, &r.locked, e);
	if (!result)
		result = cli_engine(ev->cli, &g, e);
	if (!result)
		do
			result = run_plan(g, &r, &hooks, status, e);
		while (!result && goes_on(&ev->plan.set, *status, &again));
	if (listens && !listen_end(&l, result < 0 ? -1 : *status) && !*status)
		*status = 125; /* it was said why */
	return result;
}

static int run_words(struct cli *c, char *const *words, struct sweep *s, struct err *e)
{
	AUTO_EVALUATION struct evaluation ev = {0};
	int status = evaluate(&ev, c, &command_run, words, ANSWER_ACT, e);

	if (status)
		return status < 0 ? -1 : 0;
	if (!c->partition &&
		(opt_on(&ev.opts, "snapshot") || opt_on(&ev.opts, "image-tar")))
		return err_set(
			e, ERR_USAGE, "--snapshot and --image-tar are for --on slurm");
	if (c->partition && ev.action == ACTION_RUN)
		return opt_on(&ev.opts, "dry-run") ? submit_script(&ev, e)
						   : submit_plan(&ev, e);
	if (opt_on(&ev.opts, "dry-run"))
		return show_plan(&ev, e);
	if (ev.action == ACTION_BUILD)
		return build_plan(&ev, e);
	if (ev.action == ACTION_NONE)
		return run_check(e);
	if (s && ev.plan.set.n_sweep)
		return sweep_of(s, &ev, e);
	if (launch_plan(&ev, &status, e) < 0)
		return status == 126 || status == 127 ? cli_fail(c, status, e) : -1;
	return status;
}

/* One after the other; what fails leaves the others alone. */
static int run_tasks(struct cli *c, char *const *words, const struct sweep *s)
{
	int first = 0;

	for (size_t i = 0; i < s->n_tasks && !launch_ever_asked(); i++) {
		AUTO_STRV struct strv all = {0}, its = {0};
		AUTO_FREE char *said = NULL;
		struct err e = {0};
		int status;

		sweep_words(s, i, &its);
		sweep_line(&all, words, &its);
		said = strv_join(&its, " ");
		log_info("task %zu of %zu: %s", i + 1, s->n_tasks,
			*said ? said : "as always");
		status = run_words(c, all.v, NULL, &e);
		if (status < 0)
			status = cli_fail(c, 125, &e);
		if (status)
			log_info("task %zu of %zu: status %d", i + 1, s->n_tasks, status);
		first = first ? first : status;
	}
	return first;
}

static int run(struct cli *c, const struct opts *o, struct err *e)
{
	AUTO_SWEEP struct sweep s = {0};
	int status = run_words(c, o->rest, &s, e);

	return status || !s.n_tasks ? status : run_tasks(c, o->rest, &s);
}

static const struct opt table[] = {
	{.name = "dry-run", .about = "only say what would happen, as 'cnnrun plan' does"},
	{.name = "right",
		.arg = "RIGHT",
		.about = "let it do this once, as a refusal names it: write=/data",
		.many = true},
	{.name = "snapshot",
		.about = "with --on slurm: run the project's files as they are now; what "
			 "git ignores is not among them",
		.yields = true},
	{.name = "image-tar",
		.about = "with --on slurm: the image goes along, even where a registry "
			 "has it",
		.yields = true},
	{.name = "fresh", .about = "make the profile's box anew; what is in it is lost"},
};

const struct command command_run = {
	.name = "run",
	.usage = "[PROFILE] [the profile's own options] [-- COMMAND...]",
	.about = "Run a container as its profile describes it (the default)",
	.details =
		"What follows \"--\" replaces the profile's command. "
		"'cnnrun PROFILE --help' prints\n"
		"the profile's own options.\n\n"
		"The exit status is that of the container; 125 when cnnrun or the engine "
		"failed,\n126 or 127 when the command could not be started, 2 for wrong "
		"usage.",
	.options = {"Options", table, COUNT_OF(table)},
	.profile = true,
	.container = true,
	.run = run,
};
