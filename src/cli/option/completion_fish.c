/* SPDX-License-Identifier: MIT */
#include "cli/option/completion.h"

#include <string.h>

static void add_names(struct buf *b, enum argument kind)
{
	for (size_t i = 0; i < n_commands; i++)
		if (!commands[i]->internal &&
			(kind == ARGUMENT_NONE ||
				completion_argument(commands[i]) == kind))
			buf_addf(b, " %s", commands[i]->name);
}

/* One "complete" line for an option; condition is fish text, "" = none. */
static void add_option(
	struct buf *b, const char *condition, const struct opt *o, bool letter)
{
	buf_adds(b, "complete -c cnnrun");
	if (*condition) {
		buf_adds(b, " -n ");
		add_single_quoted(b, condition, true);
	}
	buf_addf(b, " -l %s", o->name);
	if (letter)
		buf_addf(b, " -s %c", o->letter);
	if (o->arg)
		buf_adds(b, " -x");
	if (!strcmp(o->name, "on") || !strcmp(o->name, "context"))
		buf_adds(b, " -a '(cnnrun completion --engines 2>/dev/null)'");
	if (!strcmp(o->name, "gpus") && o->arg)
		buf_adds(b, " -a '(cnnrun completion --gpus 2>/dev/null)'");
	buf_adds(b, " -d ");
	add_single_quoted(b, o->about, true);
	buf_addc(b, '\n');
}

static void add_options(struct buf *b)
{
	for (size_t i = 0; i < n_commands; i++) {
		struct opt_group groups[COMMAND_GROUPS];
		size_t n = command_groups(commands[i], groups);
		AUTO_BUF struct buf when = {0};

		if (commands[i]->internal)
			continue;
		buf_addf(&when, "__cnnrun_command %s", commands[i]->name);
		for (size_t k = 0; k < n; k++)
			for (size_t j = 0; j < groups[k].n; j++) {
				const struct opt *o = &groups[k].v[j];

				if (groups[k].v != global_options.v)
					add_option(b, when.p, o, o->letter != 0);
			}
	}
	for (size_t j = 0; j < global_options.n; j++)
		add_option(b, "", &global_options.v[j], global_options.v[j].letter != 0);
}

static void add_functions(struct buf *out)
{
	buf_adds(out, "# fish completion for cnnrun, made by 'cnnrun completion fish'\n"
		      "# The words before the cursor that are no options, cnnrun itself "
		      "aside.\n"
		      "function __cnnrun_words\n"
		      "\tstring match -v -- '-*' (commandline -opc)[2..-1]\n"
		      "end\n"
		      "# Is the command one of these? A profile alone means run.\n"
		      "function __cnnrun_command\n"
		      "\tset -l words (__cnnrun_words)\n"
		      "\ttest -n \"$words[1]\"; or return 1\n"
		      "\tset -l command $words[1]\n"
		      "\tcontains -- $command");
	add_names(out, ARGUMENT_NONE);
	buf_adds(out, "; or set command run\n"
		      "\tcontains -- $command $argv\n"
		      "end\n"
		      "function __cnnrun_profile\n"
		      "\tset -l words (__cnnrun_words)\n"
		      "\tcontains -- \"$words[1]\"");
	add_names(out, ARGUMENT_PROFILE);
	buf_adds(out, "; and set -e words[1]\n"
		      "\tcontains -- \"$words[1]\" " COMPLETION_KINDS(
			      " ") "; and set -e words[1]\n"
				   "\techo $words[1]\n"
				   "end\n"
				   "function __cnnrun_profile_options\n"
				   "\tset -l profile (__cnnrun_profile)\n"
				   "\ttest -n \"$profile\"; and cnnrun completion "
				   "--profile-options "
				   "$profile "
				   "2>/dev/null\n"
				   "end\n"
				   "complete -c cnnrun -n 'test -z "
				   "\"$(__cnnrun_words)\"' -a '(cnnrun "
				   "list -q "
				   "2>/dev/null)'\n");
}

void completion_fish(struct buf *out)
{
	add_functions(out);
	for (size_t i = 0; i < n_commands; i++) {
		if (commands[i]->internal)
			continue;
		buf_addf(out,
			"complete -c cnnrun -n 'test -z \"$(__cnnrun_words)\"' -a %s -d ",
			commands[i]->name);
		add_single_quoted(out, commands[i]->about, true);
		buf_addc(out, '\n');
	}
	buf_adds(out, "complete -c cnnrun -n '__cnnrun_command");
	add_names(out, ARGUMENT_PROFILE);
	buf_adds(out, "' -a '(cnnrun list -q 2>/dev/null) (__cnnrun_profile_options)'\n");
	for (int kind = ARGUMENT_NONE; kind <= ARGUMENT_SHELL; kind++) {
		if (!completion_names(kind))
			continue;
		buf_adds(out, "complete -c cnnrun -f -n '__cnnrun_command");
		add_names(out, kind);
		buf_addf(out, "' -a '(%s)'\n", completion_names(kind));
	}
	buf_adds(out, "complete -c cnnrun -f -n 'contains -- (commandline -opc)[-1] "
		      "--devices -d' "
		      "-a '(cnnrun completion --gpus 2>/dev/null)'\n"
		      "complete -c cnnrun -f -n '__cnnrun_command");
	add_names(out, ARGUMENT_SHELL);
	buf_adds(out,
		"' -a 'bash zsh fish'\n"
		"complete -c cnnrun -n '__cnnrun_command export' -a '" COMPLETION_KINDS(
			" ") "'\n"
			     "complete -c cnnrun -f -n '__cnnrun_command");
	add_names(out, ARGUMENT_COMMAND);
	buf_adds(out, "' -a '");
	add_names(out, ARGUMENT_NONE);
	buf_adds(out, "'\n");
	add_options(out);
}
