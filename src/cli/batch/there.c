/* SPDX-License-Identifier: MIT */
#include "cli/batch/there.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "plan/shell_word.h"

enum { MOST = 1 << 24 }; /* bytes that an answer has at most */

char *there_typed(const struct cli *c)
{
	AUTO_BUF struct buf b = {0};

	buf_adds(&b, "cnnrun --on ");
	shell_word(&b, c->on);
	return buf_take(&b);
}

/* For whatever shell that login has. 125 is what cnnrun itself fails with. */
static char *line_of(const struct cli *c, const struct strv *words)
{
	AUTO_BUF struct buf script = {0}, line = {0};
	AUTO_FREE char *none = xasprintf(
		"cnnrun: error: there is no cnnrun on the PATH of %s; install the same "
		"version as here, which is " CNNRUN_VERSION ", on all nodes",
		c->cluster);

	buf_adds(&script, "command -v cnnrun >/dev/null 2>&1 || { echo >&2 ");
	shell_word(&script, none);
	buf_adds(&script, "; exit 125; }; exec cnnrun");
	for (size_t i = 0; i < words->n; i++) {
		buf_addc(&script, ' ');
		shell_word(&script, words->v[i]);
	}
	buf_adds(&line, "exec sh -c ");
	shell_word(&line, buf_str(&script));
	return buf_take(&line);
}

int there_begin(
	struct cli *c, const struct strv *words, struct ssh_there *t, struct err *e)
{
	AUTO_FREE char *line = line_of(c, words);

	if (cli_elsewhere(c, &t->url, e) < 0)
		return -1;
	return ssh_there_begin(t, line, e);
}

static int lost(const struct cli *c, struct err *e)
{
	return err_set(e, ECONNRESET, "the connection to %s broke", c->cluster);
}

int there_ask(struct cli *c, const struct strv *words, struct buf *out, struct err *e)
{
	int ends[2], status = 0;
	struct ssh_there t = {.in = -1, .own_group = true};
	ssize_t k = 1;
	char piece[4096];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_errno(e, "pipe");
	t.out = ends[1];
	if (there_begin(c, words, &t, e) < 0) {
		close(ends[0]);
		close(ends[1]);
		return -1;
	}
	close(ends[1]);
	while (out->n < MOST && (k > 0 || (k < 0 && errno == EINTR))) {
		k = read(ends[0], piece, sizeof piece);
		if (k > 0)
			buf_add(out, piece, (size_t)k);
	}
	close(ends[0]);
	ssh_there_ended(&t, true, &status);
	if (t.lost)
		return lost(c, e);
	return status ? err_set(e, EIO, "%s: 'cnnrun %s' ended with status %d there",
				c->cluster, words->v[0], status)
		      : 0;
}

/* Those of the command itself: where it goes, and how it is said, is told here. */
static void add_options(const struct opts *o, struct strv *words)
{
	for (size_t i = 0; i < o->n_given; i++) {
		const struct opt_given *g = &o->given[i];
		bool ours = false;

		for (size_t k = 0; k < global_options.n; k++)
			ours |= g->opt == &global_options.v[k];
		if (ours)
			continue;
		if (g->text)
			strv_addf(words, "--%s=%s", g->opt->name, g->text);
		else
			strv_addf(words, "--%s%s", g->on ? "" : "no-", g->opt->name);
	}
}

/* A variable's value would be on a command line there. */
static int check_env(const struct opts *o, struct err *e)
{
	for (size_t i = 0; i < o->n_given; i++)
		if (!strcmp(o->given[i].opt->name, "env") &&
			!strchr(o->given[i].text, '='))
			return err_set(e, ERR_USAGE,
				"--env %s: variables of this machine do not go to the "
				"cluster; say --env %s=VALUE",
				o->given[i].text, o->given[i].text);
	return 0;
}

int there_command(struct cli *c, const char *name, const struct opts *o, struct err *e)
{
	AUTO_STRV struct strv words = {0};
	struct ssh_there t = {.in = -1, .out = -1};
	int status = 0;

	if (check_env(o, e) < 0)
		return -1;
	strv_add(&words, name);
	add_options(o, &words);
	for (size_t i = 0; i < o->n_args; i++)
		strv_add(&words, o->args[i]);
	if (o->rest)
		strv_add(&words, "--");
	for (char *const *w = o->rest; w && *w; w++)
		strv_add(&words, *w);
	t.terminal = isatty(0) && isatty(1);
	t.in = t.terminal ? -1 : 0;
	if (there_begin(c, &words, &t, e) < 0)
		return -1;
	ssh_there_ended(&t, true, &status);
	return t.lost ? lost(c, e) : status;
}
