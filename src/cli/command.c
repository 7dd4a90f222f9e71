/* SPDX-License-Identifier: MIT */
/* The table of subcommands, and which of them a command line means. */
#include "cli/command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/hint.h"
#include "cli/option/familiar.h"
#include "launch/run.h"
#include "profile/profile.h"

const struct command *const commands[] = {
	&command_run,
	&command_plan,
	&command_build,
	&command_exec,
	&command_enter,
	&command_start,
	&command_ps,
	&command_logs,
	&command_attach,
	&command_stop,
	&command_fetch,
	&command_clean,
	&command_list,
	&command_init,
	&command_export,
	&command_lock,
	&command_test,
	&command_allow,
	&command_deny,
	&command_jobs,
	&command_cancel,
	&command_node_run,
	&command_job_take,
	&command_job_give,
	&command_node_exec,
	&command_doctor,
	&command_completion,
	&command_version,
	&command_help,
};
const size_t n_commands = COUNT_OF(commands);

static const struct opt global_table[] = {
	{.name = "quiet", .letter = 'q', .about = "say nothing but errors"},
	{.name = "verbose", .letter = 'v', .about = "say more; tracebacks of profiles"},
	{.name = "on",
		.arg = "WHERE",
		.about = "the engine: ssh://user@box, tcp://box:2376, unix:///path, or "
			 "the "
			 "name of a docker context or of a connection of Podman's; "
			 "slurm[:PARTITION]: as a job of a cluster, "
			 "ssh://login+slurm: of one behind ssh"},
	{.name = "host", .arg = "URL", .about = "the same, an address only"},
	{.name = "context", .arg = "NAME", .about = "the same, a name only"},
	{.name = "no-color", .about = "no colours"},
	{.name = "help", .letter = 'h', .about = "this help"},
	{.name = "version", .about = "the version of cnnrun"},
};
const struct opt_group global_options = {
	"Global options", global_table, COUNT_OF(global_table)};

size_t command_groups(const struct command *c, struct opt_group groups[COMMAND_GROUPS])
{
	size_t n = 0;

	if (c->options.n)
		groups[n++] = c->options;
	if (c->container)
		groups[n++] = container_options;
	if (c->profile)
		groups[n++] = image_options;
	groups[n++] = global_options;
	return n;
}

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < n_commands; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

void cli_globals(struct cli *c, const struct opts *o)
{
	enum log_level level = log_level();

	if (opt_on(o, "no-color"))
		setenv("NO_COLOR", "1", 1);
	/* A command's own -q or --verbose is of another meaning. */
	for (size_t i = 0; i < o->n_given; i++) {
		if (o->given[i].opt == &global_table[0])
			level = LOG_QUIET;
		else if (o->given[i].opt == &global_table[1])
			level = LOG_VERBOSE;
	}
	log_init(level);
	cli_take_engine(c, o);
}

int cli_no_more(const struct opts *o, size_t max_args, struct err *e)
{
	if (o->n_args > max_args)
		return err_set(
			e, ERR_USAGE, "unexpected argument '%s'", o->args[max_args]);
	if (o->rest && o->rest[0])
		return err_set(e, ERR_USAGE, "unexpected argument '%s'", o->rest[0]);
	return 0;
}

int print_out(struct buf *b, struct err *e)
{
	size_t at = 0;

	while (at < b->n) {
		ssize_t k = write(1, b->p + at, b->n - at);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0 && errno == EPIPE)
			break; /* the reader has seen enough */
		if (k < 0)
			return err_errno(e, "standard output");
		at += (size_t)k;
	}
	buf_free(b);
	return 0;
}

int print_json(const cJSON *j, struct err *e)
{
	AUTO_BUF struct buf b = {0};
	AUTO_FREE char *text = NULL;

	if (json_check_utf8(j, e) < 0)
		return -1;
	text = json_text(j, true);
	buf_addf(&b, "%s\n", text);
	return print_out(&b, e);
}

/* Parses what the command takes and runs it. */
static int command_exec_words(
	struct cli *c, const struct command *cmd, char *const *argv, struct err *e)
{
	AUTO_OPTS struct opts o = {0};
	AUTO_BUF struct buf help = {0};
	struct opt_group groups[COMMAND_GROUPS];
	size_t n_groups = command_groups(cmd, groups);

	if (cmd->profile) { /* its options are known once the profile is */
		o.rest = argv;
		return cmd->run(c, &o, e);
	}
	if (opts_parse(&o, groups, n_groups, cmd->order, argv, e) < 0)
		return -1;
	cli_globals(c, &o);
	if (o.help) {
		help_command(&help, cmd);
		return print_out(&help, e);
	}
	if (opt_on(&o, "version"))
		return command_version.run(c, &(struct opts){0}, e);
	return cmd->run(c, &o, e);
}

static int unknown_word(char *const *words, struct err *e)
{
	const char *word = words[0], *known = familiar_command(word);
	AUTO_FREE const char **names = NULL;
	struct profile_entry *entries = NULL;
	size_t n_entries = profile_entries(&entries), n = 0;
	AUTO_FREE char *file = xasprintf("%s.lua", word), *project = NULL;
	struct err no_project = {0};
	const char *near;

	names = xmalloc((n_commands + n_entries) * sizeof *names);
	for (size_t i = 0; i < n_commands; i++)
		names[n++] = commands[i]->name;
	for (size_t i = 0; i < n_entries; i++)
		names[n++] = entries[i].name;
	err_set(e, ERR_USAGE, "no command and no profile is called '%s'", word);
	near = suggest(word, names, n);
	project = project_find(&no_project);
	if (access(file, F_OK) == 0)
		err_hint(e, "did you mean ./%s?", file);
	else if (known)
		err_hint(e, "%s", known);
	else if (strchr(word, ':') && familiar_is_image(word))
		image_hint(e, word, words + 1, 0);
	else if (near)
		err_hint(e, "did you mean %s?", near);
	else if (!project) /* it may be a profile of one */
		err_set(e, no_project.code, "%s", no_project.msg);
	else {
		err_hint(e,
			"'cnnrun list' shows the profiles, 'cnnrun --help' the commands");
		if (familiar_is_image(word))
			image_hint(e, word, words + 1, 0);
	}
	profile_entries_free(entries, n_entries);
	return -1;
}

/* --help and --version before a command. */
static int answer_globals(struct cli *c, const struct opts *o, struct err *e)
{
	AUTO_BUF struct buf help = {0};

	if (!o->help)
		return command_version.run(c, &(struct opts){0}, e);
	help_all(&help);
	return print_out(&help, e);
}

static int dispatch(struct cli *c, char *const *argv, struct err *e)
{
	AUTO_OPTS struct opts o = {0};
	const struct command *cmd;

	argv += opts_leading(&o, &global_options, 1, argv);
	cli_globals(c, &o);
	if (o.help || opt_on(&o, "version"))
		return answer_globals(c, &o, e);
	if (!argv[0] || argv[0][0] == '-') /* options of the project's own profile */
		return command_exec_words(c, &command_run, argv, e);
	cmd = command_find(argv[0]);
	if (cmd)
		return command_exec_words(c, cmd, argv + 1, e);
	if (!profile_is_name(argv[0]))
		return unknown_word(argv, e);
	return command_exec_words(c, &command_run, argv, e);
}

int cli_fail(const struct cli *c, int status, const struct err *e)
{
	log_error("%s", e->msg);
	for (const char *line = c->traceback; line && *line;) {
		int n = (int)strcspn(line, "\n");

		log_debug("%.*s", n, line);
		line += n + (line[n] == '\n');
	}
	return status;
}

static int exit_status(const struct cli *c, const struct err *e)
{
	switch (e->code) {
	case ERR_USAGE:
		return cli_fail(c, 2, e);
	case ERR_INTERRUPTED: /* by the user, who knows */
		return 130;
	default:
		return cli_fail(c, 125, e);
	}
}

int cli_main(int argc, char **argv)
{
	struct cli c = {0};
	struct err e = {0};
	int status;

	log_init(LOG_NORMAL);
	status = dispatch(&c, argc > 0 ? argv + 1 : argv, &e);
	if (status < 0)
		status = exit_status(&c, &e);
	engine_close(c.engine);
	engine_leave();
	free(c.url);
	free(c.cluster);
	free(c.traceback);
	free(c.allow_command);
	return status;
}
