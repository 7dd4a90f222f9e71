/* SPDX-License-Identifier: MIT */
#include "cli/evaluate.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/printable.h"
#include "cli/hint.h"
#include "launch/allow.h"
#include "plan/shell_word.h"

size_t evaluation_reserved(struct opt_group reserved[RESERVED_GROUPS])
{
	const struct opt_group all[RESERVED_GROUPS] = {global_options, container_options,
		image_options, command_run.options, command_plan.options,
		command_build.options, command_lock.options, allow_right};

	memcpy(reserved, all, sizeof all);
	return RESERVED_GROUPS;
}

static int read_own_options(struct evaluation *ev, struct err *e)
{
	struct opt_group reserved[RESERVED_GROUPS];
	size_t n = evaluation_reserved(reserved);

	if (profile_options_read(&ev->own, ev->about, ev->src.shown, e) < 0)
		return -1;
	return profile_options_clash(&ev->own, reserved, n, ev->src.shown, e);
}

static int print_profile_help(const struct evaluation *ev, const struct command *cmd,
	const struct opt_group *groups, size_t n_groups, struct err *e)
{
	AUTO_BUF struct buf b = {0};
	const char *about = json_str(ev->about, "about");
	const char *verb = cmd == &command_run ? "" : cmd->name;

	buf_addf(&b, "Usage: cnnrun %s%s", verb, *verb ? " " : "");
	shell_word(&b, ev->src.shown);
	if (json_str(ev->about, "argument"))
		buf_adds(&b, " [SERVICE]");
	buf_addf(&b, " [OPTIONS]%s\n", cmd == &command_build ? "" : " [-- COMMAND...]");
	if (about) {
		buf_addc(&b, '\n');
		add_printable_lines(&b, about);
		buf_addc(&b, '\n');
	}
	opts_help(&b, groups, n_groups);
	return print_out(&b, e);
}

/* The options of the whole line. 1 = help was printed. */
static int parse_words(
	struct evaluation *ev, const struct command *cmd, const char *name, struct err *e)
{
	struct opt_group groups[COMMAND_GROUPS + 1];
	size_t n;

	groups[0] = profile_options_group(&ev->own);
	n = 1 + command_groups(cmd, groups + 1);
	if (opts_parse(&ev->opts, groups, n, OPT_ANYWHERE, ev->words, e) < 0)
		return stray_word(ev->words, cmd, name, groups, n, e);
	if (ev->opts.help)
		return print_profile_help(ev, cmd, groups, n, e) < 0 ? -1 : 1;
	if (opt_on(&ev->opts, "version"))
		return command_version.run(ev->cli, &(struct opts){0}, e) < 0 ? -1 : 1;
	cli_globals(ev->cli, &ev->opts);
	if (evaluation_typed(ev, e) < 0)
		return -1;
	if (cmd != &command_allow)
		allow_typed(&ev->typed);
	if (ev->opts.n_args > (json_str(ev->about, "argument") ? 1 : 0))
		return stray_word(ev->words, cmd, name, groups, n, e);
	if (ev->action == ACTION_BUILD && ev->opts.rest && ev->opts.rest[0])
		return err_set(e, ERR_USAGE, "this only builds an image: it runs no '%s'",
			ev->opts.rest[0]);
	ev->answers.typed = &ev->opts;
	return ev->action == ACTION_NONE ? refuse_overrides(&ev->opts, ev->src.shown, e)
					 : 0;
}

static int set_action(struct evaluation *ev, const struct command *cmd, struct err *e)
{
	const char *action = json_str(ev->about, "action");

	if (action && !strcmp(action, "build"))
		ev->action = ACTION_BUILD;
	else if (action && !strcmp(action, "none"))
		ev->action = ACTION_NONE;
	if (cmd != &command_build)
		return 0;
	if (ev->action == ACTION_NONE)
		return err_set(e, ERR_USAGE,
			"%s is a script of its own: it has no image to build",
			ev->src.shown);
	ev->action = ACTION_BUILD;
	return 0;
}

static int describe(struct evaluation *ev, const struct command *cmd, struct err *e)
{
	/* what allow lets cnn.run answer is made up: nothing to print about */
	const struct profile_limits limits = {
		.seconds = 2, .memory = (size_t)64 << 20, .mute = cmd == &command_allow};

	if (profile_start(&ev->src, &limits, &ev->profile, e) < 0)
		return -1;
	if (profile_describe(ev->profile, &ev->door, &ev->about, e) < 0)
		return -1;
	if (set_action(ev, cmd, e) < 0 || evaluation_bound(ev, e) < 0)
		return -1;
	return read_own_options(ev, e);
}

/* Steps of evaluate() that a profile's error can end. */
static int talk(struct evaluation *ev, const struct command *cmd, const char *name,
	enum answer_mode acting, struct err *e)
{
	const char *engine;
	int done;

	if (describe(ev, cmd, e) < 0)
		return -1;
	done = parse_words(ev, cmd, name, e);
	if (done)
		return done;
	if (cli_elsewhere(ev->cli, &engine, e) < 0)
		return -1;
	str_set(&ev->src.engine, engine);
	ev->answers.mode = opt_on(&ev->opts, "dry-run") ? ANSWER_RECORD : acting;
	ev->answers.locked = cmd == &command_lock || opt_on(&ev->opts, "locked");
	free(ev->cli->allow_command);
	ev->cli->allow_command = allow_command(ev, name);
	return evaluation_plan(ev, e);
}

int evaluate(struct evaluation *ev, struct cli *c, const struct command *cmd,
	char *const *argv, enum answer_mode acting, struct err *e)
{
	AUTO_OPTS struct opts leading = {0};
	AUTO_BUF struct buf help = {0};
	struct opt_group groups[COMMAND_GROUPS];
	int at = opts_leading(&leading, groups, command_groups(cmd, groups), argv),
	    result;
	const char *name =
		argv[at] && (argv[at][0] != '-' || !argv[at][1]) ? argv[at] : NULL;

	ev->cli = c;
	ev->answers = (struct answers){.cli = c, .src = &ev->src, .mode = ANSWER_FACTS};
	if (cmd == &command_allow)
		ev->answers.asks_engine = true;
	ev->door = answers_door(&ev->answers);
	cli_globals(c, &leading);
	if (leading.help) {
		help_command(&help, cmd);
		return print_out(&help, e) < 0 ? -1 : 1;
	}
	ev->words = words_without(argv, name ? at : -1);
	if (profile_find(name, &ev->src, e) < 0)
		return profile_not_found(cmd, name, ev->words, e);
	result = talk(ev, cmd, name, acting, e);
	if (result < 0 && ev->profile)
		str_set(&c->traceback, profile_traceback(ev->profile));
	return result;
}

void evaluation_again(struct evaluation *ev)
{
	allow_typed(&ev->typed);
	ev->cli->bound = json_get(ev->about, "rights") ? &ev->bound : NULL;
}

void evaluation_free(struct evaluation *ev)
{
	profile_end(ev->profile);
	cJSON_Delete(ev->about);
	profile_options_free(&ev->own);
	opts_free(&ev->opts);
	free(ev->words);
	free(ev->cut);
	if (ev->cli)
		ev->cli->bound = NULL;
	allow_typed(NULL);
	rights_free(&ev->typed);
	rights_free(&ev->bound);
	plan_free(&ev->plan);
	answers_free(&ev->answers);
	profile_source_free(&ev->src);
	*ev = (struct evaluation){0};
}
