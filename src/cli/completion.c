/* SPDX-License-Identifier: MIT */
/* cnnrun completion: what a shell's TAB key knows of cnnrun. */
#include "cli/option/completion.h"

#include <string.h>

#include "base/mem.h"
#include "base/printable.h"
#include "cli/answers.h"
#include "cli/option/profile_options.h"
#include "host/gpu.h"

enum argument completion_argument(const struct command *c)
{
	if (c->profile || c == &command_deny || c == &command_fetch)
		return ARGUMENT_PROFILE;
	if (c == &command_exec)
		return ARGUMENT_AT_WORK;
	if (c == &command_attach || c == &command_stop)
		return ARGUMENT_CONTAINER;
	if (c == &command_enter || c == &command_start)
		return ARGUMENT_ENDED;
	if (c == &command_logs)
		return ARGUMENT_LOGGED;
	if (c == &command_cancel)
		return ARGUMENT_JOB;
	if (c == &command_jobs)
		return ARGUMENT_JOB_ENDED;
	if (c == &command_help)
		return ARGUMENT_COMMAND;
	if (c == &command_init)
		return ARGUMENT_FILE;
	if (c == &command_completion)
		return ARGUMENT_SHELL;
	return ARGUMENT_NONE;
}

const char *completion_names(enum argument kind)
{
	switch (kind) {
	case ARGUMENT_CONTAINER:
		return "cnnrun ps --names 2>/dev/null";
	case ARGUMENT_ENDED:
		return "cnnrun ps -a --names 2>/dev/null";
	case ARGUMENT_LOGGED:
		return "cnnrun ps -a --names 2>/dev/null; cnnrun jobs -aq 2>/dev/null";
	case ARGUMENT_AT_WORK:
		return "cnnrun ps --names 2>/dev/null; cnnrun jobs -q 2>/dev/null";
	case ARGUMENT_JOB:
		return "cnnrun jobs -q 2>/dev/null";
	case ARGUMENT_JOB_ENDED:
		return "cnnrun jobs -aq 2>/dev/null";
	default:
		return NULL;
	}
}

void add_option_cases(struct buf *out, const char *open, const char *close,
	void (*add)(struct buf *out, const struct opt_group *groups, size_t n))
{
	for (size_t i = 0; i < n_commands; i++) {
		struct opt_group groups[COMMAND_GROUPS];
		size_t n = command_groups(commands[i], groups);

		if (commands[i]->internal)
			continue;
		buf_addf(out, "\t%s) %s", commands[i]->name, open);
		add(out, groups, n);
		buf_adds(out, close);
	}
	buf_addf(out, "\t*) %s", open);
	add(out, &global_options, 1);
	buf_adds(out, close);
}

void add_single_quoted(struct buf *out, const char *text, bool fish)
{
	buf_addc(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			buf_adds(out, fish ? "\\'" : "'\\''");
		else if (*text == '\\' && fish)
			buf_adds(out, "\\\\");
		else
			buf_addc(out, *text);
	}
	buf_addc(out, '\'');
}

static void add_option_lines(struct buf *b, const struct profile_options *p)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct opt *o = &p->table[i];

		buf_addf(b, "--%s\t%s\n", o->name, o->about);
		if (o->letter)
			buf_addf(b, "-%c\t%s\n", o->letter, o->about);
	}
}

/* "--name<TAB>about" lines of a profile's options, for the scripts. */
static int profile_lines(struct cli *c, const char *name, struct buf *b, struct err *e)
{
	const struct profile_limits limits = {
		.seconds = 2, .memory = (size_t)64 << 20, .mute = true};
	AUTO_SOURCE struct profile_source src = {0};
	AUTO_PROFILE_OPTIONS struct profile_options own = {0};
	AUTO_JSON cJSON *about = NULL;
	struct answers answers = {.cli = c, .src = &src, .mode = ANSWER_FACTS};
	struct door door = answers_door(&answers);
	struct profile *p = NULL;
	int result = -1;

	if (profile_find(name, &src, e) == 0 &&
		profile_start(&src, &limits, &p, e) == 0 &&
		profile_describe(p, &door, &about, e) == 0)
		result = profile_options_read(&own, about, src.shown, e);
	if (result == 0)
		add_option_lines(b, &own);
	profile_end(p);
	answers_free(&answers);
	return result;
}

/* What --gpus takes: of each that can be had its number, of an instance its name. */
static void add_gpu_lines(struct buf *b)
{
	AUTO_GPUS struct host_gpus g = {0};

	buf_adds(b, "all\nnone\n");
	if (host_gpus_get(&g, NULL) < 0)
		return;
	for (size_t i = 0; i < g.n; i++) {
		if (g.v[i].mig_of < 0 && !g.v[i].cut)
			buf_addf(b, "%d\n", g.v[i].index);
		if (!g.v[i].cut) {
			add_printable(b, g.v[i].uuid);
			buf_addc(b, '\n');
		}
	}
}

static int engine_lines(struct buf *b, struct err *e)
{
	AUTO_STRV struct strv names = {0};

	engine_names(&names);
	for (size_t i = 0; i < names.n; i++) {
		add_printable(b, names.v[i]);
		buf_addc(b, '\n');
	}
	return print_out(b, e);
}

static int completion(struct cli *c, const struct opts *o, struct err *e)
{
	static const struct {
		const char *shell;
		void (*write)(struct buf *out);
	} shells[] = {{"bash", completion_bash}, {"zsh", completion_zsh},
		{"fish", completion_fish}};
	const char *profile = opt_text(o, "profile-options");
	AUTO_BUF struct buf b = {0};
	bool gpus = opt_on(o, "gpus");

	if (cli_no_more(o, profile || gpus || opt_on(o, "engines") ? 0 : 1, e) < 0)
		return -1;
	if (gpus) {
		add_gpu_lines(&b);
		return print_out(&b, e);
	}
	if (opt_on(o, "engines"))
		return engine_lines(&b, e);
	if (profile)
		return profile_lines(c, profile, &b, e) < 0 ? -1 : print_out(&b, e);
	for (size_t i = 0; o->n_args && i < COUNT_OF(shells); i++)
		if (!strcmp(o->args[0], shells[i].shell)) {
			shells[i].write(&b);
			return print_out(&b, e);
		}
	return err_set(e, ERR_USAGE, "completion for which shell? bash, zsh or fish");
}

static const struct opt table[] = {
	{.name = "profile-options",
		.arg = "PROFILE",
		.about = "list a profile's options, one a line (for the scripts)"},
	{.name = "gpus", .about = "list what --gpus takes here, the same way"},
	{.name = "engines", .about = "list the names for --on, the same way"},
};

const struct command command_completion = {
	.name = "completion",
	.usage = "bash | zsh | fish",
	.about = "Print a shell's completion script",
	.details = "bash:  source <(cnnrun completion bash)\n"
		   "zsh:   source <(cnnrun completion zsh)\n"
		   "fish:  cnnrun completion fish | source",
	.options = {"Options", table, COUNT_OF(table)},
	.run = completion,
};
