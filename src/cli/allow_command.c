/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/mem.h"
#include "cli/evaluate.h"
#include "plan/shell_word.h"

/* "--devices=all" */
static void add_given(struct buf *b, const struct opt_given *g)
{
	AUTO_FREE char *word =
		g->text ? xasprintf("--%s=%s", g->opt->name, g->text)
			: xasprintf("--%s%s", g->on ? "" : "no-", g->opt->name);

	buf_addc(b, ' ');
	shell_word(b, word);
}

char *allow_command(const struct evaluation *ev, const char *name)
{
	static const char *const ours[] = {"image"};
	const struct opts *o = &ev->opts;
	const struct cli *c = ev->cli;
	const char *where = c->cluster ? c->on : c->context ? c->context : c->host;
	AUTO_BUF struct buf b = {0};

	buf_adds(&b, "cnnrun allow ");
	if (where) {
		buf_adds(&b, "--on ");
		shell_word(&b, where);
		buf_addc(&b, ' ');
	}
	shell_word(&b, name ? name : ev->src.shown);
	for (size_t i = 0; i < o->n_given; i++) {
		const struct opt_given *g = &o->given[i];
		bool counts = ev->own.n && g->opt >= ev->own.table &&
			      g->opt < ev->own.table + ev->own.n;

		for (size_t k = 0; k < COUNT_OF(ours); k++)
			counts |= !strcmp(g->opt->name, ours[k]);
		if (counts)
			add_given(&b, g);
	}
	for (size_t i = 0; i < o->n_args; i++) {
		buf_addc(&b, ' ');
		shell_word(&b, o->args[i]);
	}
	for (char *const *w = o->rest; w && *w; w++) {
		buf_adds(&b, w == o->rest ? " -- " : " ");
		shell_word(&b, *w);
	}
	return buf_take(&b);
}
