/* SPDX-License-Identifier: MIT */
#include "cli/batch/there.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/batch/leave.h"
#include "engine/http/base64.h"
#include "plan/shell_word.h"

enum { MOST = 1 << 24 }; /* bytes that an answer has at most */

char *there_typed(const struct cli *c)
{
	AUTO_BUF struct buf b = {0};

	buf_adds(&b, "cnnrun --on ");
	shell_word(&b, c->on);
	return buf_take(&b);
}

/* As one word of a POSIX shell, whatever it has in it. */
static void add_word(struct buf *b, const char *s)
{
	buf_addc(b, '\'');
	for (; *s; s++)
		if (*s == '\'')
			buf_adds(b, "'\\''");
		else
			buf_addc(b, *s);
	buf_addc(b, '\'');
}

/* The same version, or one line that says so. 125 is what cnnrun itself fails with. */
static void add_checks(struct buf *b, const struct cli *c)
{
	AUTO_FREE char *none = xasprintf(
		"cnnrun: error: there is no cnnrun on the PATH of %s; install the same "
		"version as here, which is " CNNRUN_VERSION ", on all nodes",
		c->cluster);
	AUTO_FREE char *another = xasprintf("cnnrun: error: %s has", c->cluster);

	buf_adds(b, "command -v cnnrun >/dev/null 2>&1 || { echo >&2 ");
	add_word(b, none);
	buf_adds(b, "; exit 125; }\nhas=$(cnnrun version </dev/null 2>/dev/null)\n"
		    "case $has in 'cnnrun " CNNRUN_VERSION " '*) ;;\n*) echo >&2 ");
	add_word(b, another);
	buf_adds(b, " \"${has:-a cnnrun that does not say its version}, and here is "
		    "cnnrun " CNNRUN_VERSION
		    ": have the same on both machines\"\nexit 125\nesac\n");
}

/* For whatever shell that login has: csh and fish have quotes of their own. */
static char *line_of(const struct cli *c, const struct strv *words)
{
	AUTO_BUF struct buf script = {0}, line = {0};

	add_checks(&script, c);
	buf_adds(&script, "exec cnnrun");
	for (size_t i = 0; i < words->n; i++) {
		buf_addc(&script, ' ');
		add_word(&script, words->v[i]);
	}
	buf_adds(&line, "exec sh -c 'eval \"$(echo ");
	base64_encode(buf_str(&script), script.n, 0, &line);
	buf_adds(&line, " | base64 -d)\"'");
	return buf_take(&line);
}

void there_words(struct strv *words, const char *name)
{
	if (log_level() != LOG_NORMAL)
		strv_add(words, log_level() == LOG_QUIET ? "--quiet" : "--verbose");
	if (!log_is_color())
		strv_add(words, "--no-color");
	strv_add(words, "--on"); /* no container of the login host is meant */
	strv_add(words, "slurm");
	strv_add(words, name);
}

int there_begin(
	struct cli *c, const struct strv *words, struct ssh_there *t, struct err *e)
{
	AUTO_FREE char *line = line_of(c, words);

	if (cli_elsewhere(c, &t->url, e) < 0)
		return -1;
	return ssh_there_begin(t, line, e);
}

int there_lost(const struct cli *c, struct err *e)
{
	return err_set(e, ECONNRESET, "the connection to %s broke", c->cluster);
}

int there_failed(const struct cli *c, const struct ssh_there *t, const char *name,
	int status, struct err *e)
{
	return t->lost ? there_lost(c, e)
		       : err_set(e, EIO, "%s: 'cnnrun %s' ended with status %d there",
				 c->cluster, name, status);
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
	return t.lost || status ? there_failed(c, &t, words->v[0], status, e) : 0;
}

/* Those of the command itself: there_words() has the others. */
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

void there_streams(struct ssh_there *t)
{
	t->out = -1;
	t->terminal = isatty(0) && isatty(1);
	t->in = t->terminal ? -1 : 0;
}

int there_await(struct ssh_there *t, int signals, int *status)
{
	enum { LOOK_MS = 100 }; /* where the kernel does not tell of its end */
	int pidfd = (int)syscall(SYS_pidfd_open, t->pid, 0), sig = 0;

	while (!sig && !ssh_there_ended(t, false, status))
		sig = leave_watch(signals, pidfd, pidfd < 0 ? LOOK_MS : -1);
	if (pidfd >= 0)
		close(pidfd);
	ssh_there_end(t);
	return sig;
}

int there_command(struct cli *c, const char *name, const struct opts *o, struct err *e)
{
	AUTO_STRV struct strv words = {0};
	struct ssh_there t = {0};
	int status = 0, signals, sig;

	there_streams(&t);
	if (check_env(o, e) < 0)
		return -1;
	there_words(&words, name);
	add_options(o, &words);
	for (size_t i = 0; i < o->n_args; i++)
		strv_add(&words, o->args[i]);
	if (o->rest)
		strv_add(&words, "--");
	for (char *const *w = o->rest; w && *w; w++)
		strv_add(&words, *w);
	if (there_begin(c, &words, &t, e) < 0)
		return -1;
	signals = leave_begin();
	sig = there_await(&t, signals, &status);
	leave_end(signals);
	if (sig)
		return 128 + sig;
	return t.lost ? there_lost(c, e) : status;
}
