/* SPDX-License-Identifier: MIT */
#include "cli/option/completion.h"

/* "run|plan|build" of all commands with this kind of argument; ARGUMENT_NONE = all. */
static void add_commands(struct buf *b, enum argument kind, const char *between)
{
	const char *before = "";

	for (size_t i = 0; i < n_commands; i++) {
		if (commands[i]->internal ||
			(kind != ARGUMENT_NONE &&
				completion_argument(commands[i]) != kind))
			continue;
		buf_addf(b, "%s%s", before, commands[i]->name);
		before = between;
	}
}

static void add_options(struct buf *b, const struct opt_group *groups, size_t n_groups)
{
	const char *before = "";

	for (size_t i = 0; i < n_groups; i++)
		for (size_t j = 0; j < groups[i].n; j++) {
			buf_addf(b, "%s--%s", before, groups[i].v[j].name);
			before = " ";
			if (groups[i].v[j].letter)
				buf_addf(b, " -%c", groups[i].v[j].letter);
		}
}

/* The options that take the next word, as patterns of case. */
static void add_valued(struct buf *b)
{
	const char *before = "";

	for (size_t i = 0; i < n_commands; i++) {
		struct opt_group groups[COMMAND_GROUPS];
		size_t n = command_groups(commands[i], groups);

		for (size_t k = 0; k < n; k++)
			for (size_t j = 0; j < groups[k].n; j++) {
				const struct opt *o = &groups[k].v[j];

				/* Each group once: with the first command that has it. */
				if (!o->arg ||
					(groups[k].v != commands[i]->options.v && i > 0))
					continue;
				buf_addf(b, "%s--%s", before, o->name);
				before = " | ";
			}
	}
}

/* Names are foreign text, which compgen -W would expand: they stay in arrays. */
static void add_words(struct buf *b)
{
	static const char list[] = "mapfile -t names < <(cnnrun list -q 2>/dev/null)";

	buf_adds(b, "\tcase $command in\n\t'') words=(");
	add_commands(b, ARGUMENT_NONE, " ");
	buf_addf(b, ") files=1; %s ;;\n\t", list);
	add_commands(b, ARGUMENT_PROFILE, " | ");
	buf_addf(b, ")\n\t\t[[ $profile ]] || { files=1; %s; } ;;\n\t", list);
	for (int kind = ARGUMENT_NONE; kind <= ARGUMENT_SHELL; kind++) {
		if (!completion_names(kind))
			continue;
		add_commands(b, kind, " | ");
		buf_addf(b, ") mapfile -t names < <(%s) ;;\n\t", completion_names(kind));
	}
	add_commands(b, ARGUMENT_COMMAND, " | ");
	buf_adds(b, ") words=(");
	add_commands(b, ARGUMENT_NONE, " ");
	buf_adds(b, ") ;;\n\t");
	add_commands(b, ARGUMENT_SHELL, " | ");
	buf_adds(b, ") words=(bash zsh fish) ;;\n\t");
	add_commands(b, ARGUMENT_FILE, " | ");
	buf_adds(b, ") files=1 ;;\n\tesac\n"
		    "\t[[ $command != export || $profile ]] || words=(" COMPLETION_KINDS(
			    " ") ")\n");
}

/* What is offered of the words that were found. */
static void add_offers(struct buf *out)
{
	buf_adds(out, "\tcase ${COMP_WORDS[COMP_CWORD - 1]} in\n"
		      "\t--on | --context) words=() files=''\n"
		      "\t\tmapfile -t names < <(cnnrun completion --engines "
		      "2>/dev/null) ;;\n"
		      "\t--gpus | --devices | -d) words=() files=''\n"
		      "\t\tmapfile -t names < <(cnnrun completion --gpus "
		      "2>/dev/null) ;;\n"
		      "\tesac\n");
	buf_adds(out, "\tif [[ $cur == -* ]]; then\n"
		      "\t\twords=(\"${options[@]}\") names=() files=''\n"
		      "\t\tcase $command in\n\t\t");
	add_commands(out, ARGUMENT_PROFILE, " | ");
	buf_adds(out,
		")\n"
		"\t\t\t[[ $profile ]] && mapfile -t names < <(cnnrun completion \\\n"
		"\t\t\t\t--profile-options \"$profile\" 2>/dev/null | cut -f1) ;;\n"
		"\t\tesac\n"
		"\tfi\n"
		"\t[[ $files ]] && compopt -o default\n"
		"\t# Only words that a shell takes as they are; box/db is a service.\n"
		"\tfor word in \"${words[@]}\" \"${names[@]}\"; do\n"
		"\t\t[[ $word == \"$cur\"* && $word =~ ^[[:alnum:]_./-]+$ ]] &&\n"
		"\t\t\tCOMPREPLY+=(\"$word\")\n"
		"\tdone\n"
		"}\n"
		"complete -F _cnnrun cnnrun\n");
}

void completion_bash(struct buf *out)
{
	buf_adds(out,
		"# bash completion for cnnrun, made by 'cnnrun completion bash'\n"
		"_cnnrun() {\n"
		"\tlocal cur=${COMP_WORDS[COMP_CWORD]#[\\\"\\']} command='' profile=''\n"
		"\tlocal options=() words=() names=() files='' word i\n"
		"\tCOMPREPLY=()\n"
		"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
		"\t\tword=${COMP_WORDS[i]}\n"
		"\t\tcase $word in\n"
		"\t\t--) compopt -o default; return ;;\n"
		"\t\t");
	add_valued(out);
	buf_adds(out,
		") ((i++)) ;;\n"
		"\t\t-*) ;;\n"
		"\t\t*)\n"
		"\t\t\tif [[ $command ]]; then\n"
		"\t\t\t\t[[ $command$profile == export && $word == @(" COMPLETION_KINDS(
			"|") ") ]] ||\n"
			     "\t\t\t\t\tprofile=${profile:-$word}\n"
			     "\t\t\t\tcontinue\n"
			     "\t\t\tfi\n"
			     "\t\t\tcase $word in\n"
			     "\t\t\t");
	add_commands(out, ARGUMENT_NONE, " | ");
	buf_adds(out, ") command=$word ;;\n"
		      "\t\t\t*) command=run profile=$word ;;\n"
		      "\t\t\tesac ;;\n"
		      "\t\tesac\n"
		      "\tdone\n"
		      "\tcase $command in\n");
	add_option_cases(out, "options=(", ") ;;\n", add_options);
	buf_adds(out, "\tesac\n");
	add_words(out);
	add_offers(out);
}
