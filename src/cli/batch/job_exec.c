/* SPDX-License-Identifier: MIT */
#include "cli/batch/job_exec.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "batch/batch.h"
#include "batch/tool.h"

/* The node of a rank, of "n[1-2,7]". The caller frees. */
static int host_of(const char *hosts, int at, char **host, struct err *e)
{
	AUTO_STRV struct strv words = {0};
	AUTO_BUF struct buf b = {0};
	char *line;

	strv_add(&words, "scontrol");
	strv_add(&words, "show");
	strv_add(&words, "hostnames");
	strv_add(&words, hosts);
	if (tool_run(&words, &b, e) < 0)
		return -1;
	for (line = b.n ? b.p : NULL; line && *line && at; at--)
		line += strcspn(line, "\n") + (line[strcspn(line, "\n")] == '\n');
	if (!line || !*line)
		return err_set(e, ENOENT, "%s: it has fewer nodes", hosts);
	*host = xstrndup(line, strcspn(line, "\n"));
	return 0;
}

/* What was given to exec, once more. Values of this environment pass in it: others could
 * read those of a command line. */
static void add_options(const struct opts *o, struct strv *words, struct buf *exports)
{
	for (size_t i = 0; i < o->n_given; i++) {
		const struct opt_given *g = &o->given[i];

		if (!strcmp(g->opt->name, "on") || !strcmp(g->opt->name, "context") ||
			!strcmp(g->opt->name, "host"))
			continue; /* the node's engine is meant */
		strv_addf(words, "--%s", g->opt->name);
		if (g->text)
			strv_add(words, g->text);
		if (g->text && !strcmp(g->opt->name, "env") && !strchr(g->text, '=') &&
			!strchr(g->text, ','))
			buf_addf(exports, ",%s", g->text);
	}
}

static int add_words(const struct job_task *t, const char *host, int rank,
	const struct opts *o, struct strv *words, struct err *e)
{
	AUTO_BUF struct buf exports = {0};
	AUTO_STRV struct strv ours = {0};
	AUTO_FREE char *self = program_self(e);

	if (!self)
		return -1;
	buf_addf(&exports, "--export=%s,TERM", slurm_exports);
	add_options(o, &ours, &exports);
	strv_add(words, "srun");
	strv_addf(words, "--jobid=%s", t->id);
	strv_addf(words, "--nodelist=%s", host);
	strv_add(words, exports.p);
	for (const char *const *w = (const char *const[]){"--overlap", "--nodes=1",
		     "--ntasks=1", "--gres=none", "-QQ", NULL};
		*w; w++)
		strv_add(words, *w);
	if (isatty(0) && isatty(1))
		strv_add(words, "--pty");
	strv_add(words, self);
	strv_add(words, "node-exec");
	for (size_t i = 0; i < ours.n; i++)
		strv_add(words, ours.v[i]);
	strv_addf(words, "%d", rank);
	strv_add(words, "--");
	for (size_t i = 1; i < o->n_args; i++)
		strv_add(words, o->args[i]);
	for (char *const *w = o->rest; w && *w; w++)
		strv_add(words, *w);
	return 0;
}

int job_exec(struct job_named *n, const struct opts *o, struct err *e)
{
	struct jobs one = {.v = &n->job, .n = 1};
	AUTO_STRV struct strv words = {0};
	AUTO_FREE char *name = NULL, *host = NULL;
	int rank = n->rank < 0 ? 0 : n->rank;

	if (!n->task)
		return job_which_task(n, "exec", e);
	name = job_task_name(&n->job, n->task);
	if (jobs_ask(&one, e) < 0)
		return -1;
	if (n->task->state != JOB_RUNNING || !n->task->id || !n->task->hosts)
		return err_set(e, ENOENT, "job %s does not run: it is %s", name,
			job_state_word(n->task->state));
	if (host_of(n->task->hosts, rank / n->job.per_node, &host, e) < 0 ||
		add_words(n->task, host, rank, o, &words, e) < 0)
		return -1;
	signal(SIGPIPE, SIG_DFL);
	execvp(words.v[0], words.v);
	return err_errno(e, "srun");
}
