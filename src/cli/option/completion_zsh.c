/* SPDX-License-Identifier: MIT */
#include "cli/option/completion.h"

#include <string.h>

/* 'name:about' for _describe, which splits at the first colon that is not escaped. */
static void add_described(
	struct buf *b, const char *dashes, const char *name, const char *about)
{
	AUTO_BUF struct buf text = {0};

	buf_addf(&text, "%s%s:%s", dashes, name, about);
	buf_addc(b, ' ');
	add_single_quoted(b, text.p, false);
}

static void add_options(struct buf *b, const struct opt_group *groups, size_t n_groups)
{
	for (size_t i = 0; i < n_groups; i++)
		for (size_t j = 0; j < groups[i].n; j++) {
			const struct opt *o = &groups[i].v[j];
			const char letter[2] = {o->letter, 0};

			add_described(b, "--", o->name, o->about);
			if (o->letter && opt_by_letter(groups, n_groups, o->letter) == o)
				add_described(b, "-", letter, o->about);
		}
}

static void add_argument_cases(struct buf *b)
{
	static const char *const act[] = {
		[ARGUMENT_NONE] = "",
		[ARGUMENT_PROFILE] =
			("[[ -n $profile ]] || { compadd -- "
			 "${(f)\"$(cnnrun list -q 2>/dev/null)\"}; _files; }"),
		[ARGUMENT_COMMAND] = "_describe command commands",
		[ARGUMENT_FILE] = "_files",
		[ARGUMENT_SHELL] = "compadd bash zsh fish",
	};

	for (size_t i = 0; i < n_commands; i++) {
		enum argument kind = completion_argument(commands[i]);

		if (completion_names(kind))
			buf_addf(b, "\t%s) compadd -- ${(f)\"$(%s)\"} ;;\n",
				commands[i]->name, completion_names(kind));
		else if (kind != ARGUMENT_NONE)
			buf_addf(b, "\t%s) %s ;;\n", commands[i]->name, act[kind]);
	}
}

static void add_names(struct buf *b)
{
	for (size_t i = 0; i < n_commands; i++)
		if (!commands[i]->internal)
			buf_addf(b, "%s%s", i ? "|" : "", commands[i]->name);
}

/* What is offered once the words before are known. */
static void add_offers(struct buf *out)
{
	buf_adds(out, "\tesac\n"
		      "\tif [[ ${words[CURRENT]} == -* ]]; then\n"
		      "\t\tif [[ -n $profile && $command == (run|plan|build) ]]; then\n"
		      "\t\t\tfor line in ${(f)\"$(cnnrun completion --profile-options "
		      "$profile 2>/dev/null)\"}; do\n"
		      "\t\t\t\toptions+=(\"${line%%$'\\t'*}:${line#*$'\\t'}\")\n"
		      "\t\t\tdone\n"
		      "\t\tfi\n"
		      "\t\t_describe option options\n"
		      "\t\treturn\n"
		      "\tfi\n"
		      "\tcase $command in\n"
		      "\t'')\n"
		      "\t\t_describe command commands\n"
		      "\t\tcompadd -- ${(f)\"$(cnnrun list -q 2>/dev/null)\"}\n"
		      "\t\t_files ;;\n");
	add_argument_cases(out);
	buf_adds(out,
		"\tesac\n"
		"\t[[ $command$profile != export ]] || compadd " COMPLETION_KINDS(
			" ") "\n"
			     "}\n"
			     "# As a file of $fpath this is called, not only read.\n"
			     "if [[ $funcstack[1] == _cnnrun ]]; then\n"
			     "\t_cnnrun \"$@\"\n"
			     "else\n"
			     "\tcompdef _cnnrun cnnrun\n"
			     "fi\n");
}

void completion_zsh(struct buf *out)
{
	buf_adds(out, "#compdef cnnrun\n"
		      "# zsh completion for cnnrun, made by 'cnnrun completion zsh'\n"
		      "_cnnrun() {\n"
		      "\tlocal command= profile= word line\n"
		      "\tlocal -a commands options\n"
		      "\tcommands=(");
	for (size_t i = 0; i < n_commands; i++)
		if (!commands[i]->internal)
			add_described(out, "", commands[i]->name, commands[i]->about);
	buf_adds(out,
		")\n"
		"\tif [[ ${words[CURRENT-1]} == (--on|--context) ]]; then\n"
		"\t\tcompadd -- ${(f)\"$(cnnrun completion --engines "
		"2>/dev/null)\"}\n"
		"\t\treturn\n"
		"\tfi\n"
		"\tif [[ ${words[CURRENT-1]} == (--gpus|--devices|-d) ]]; then\n"
		"\t\tcompadd -- ${(f)\"$(cnnrun completion --gpus 2>/dev/null)\"}\n"
		"\t\treturn\n"
		"\tfi\n"
		"\tfor word in ${words[2,CURRENT-1]}; do\n"
		"\t\tcase $word in\n"
		"\t\t--) _normal -p cnnrun; return ;;\n"
		"\t\t-*) ;;\n"
		"\t\t*)\n"
		"\t\t\tif [[ -n $command ]]; then\n"
		"\t\t\t\t[[ $command$profile == export && $word == (" COMPLETION_KINDS(
			"|") ") ]] ||\n"
			     "\t\t\t\t\tprofile=${profile:-$word}\n"
			     "\t\t\t\tcontinue\n"
			     "\t\t\tfi\n"
			     "\t\t\tcase $word in\n"
			     "\t\t\t");
	add_names(out);
	buf_adds(out, ") command=$word ;;\n"
		      "\t\t\t*) command=run profile=$word ;;\n"
		      "\t\t\tesac ;;\n"
		      "\t\tesac\n"
		      "\tdone\n"
		      "\tcase $command in\n");
	add_option_cases(out, "options=(", ") ;;\n", add_options);
	add_offers(out);
}
