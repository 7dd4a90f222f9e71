/* SPDX-License-Identifier: MIT */
/* Slurm: a script for sbatch, and its submission. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/printable.h"
#include "batch/batch.h"
#include "plan/shell_word.h"

/* Of the user's environment: how to reach an engine and this program's own files. Values
 * that a profile asks for lie in a file. */
#define EXPORTS                                                                          \
	"HOME,PATH,USER,LOGNAME,LANG,SLURM_CONF,DOCKER_HOST,DOCKER_CONTEXT,"             \
	"XDG_CONFIG_HOME,XDG_STATE_HOME,XDG_CACHE_HOME"

const char *const slurm_exports = EXPORTS;

static int several(int n)
{
	return n ? n : 1;
}

static void add_gpus(struct buf *b, const struct plan *p)
{
	const struct plan_gpus *g = &p->set.gpus;
	bool all;
	int each = batch_gpus(p, &all);

	if (all && !g->optional) /* with all of their devices */
		buf_adds(b, "#SBATCH --exclusive\n");
	if (each)
		buf_addf(b, "#SBATCH --gpus-per-node=%s%s%d\n", g->type ? g->type : "",
			g->type ? ":" : "", each * several(p->set.per_node));
}

static void add_limits(struct buf *b, const struct settings *s)
{
	int64_t mib = (s->memory + (1 << 20) - 1) >> 20;

	if (s->cpus > 0)
		buf_addf(b, "#SBATCH --cpus-per-task=%d\n", (int)(s->cpus + 0.999));
	if (mib)
		buf_addf(b, "#SBATCH --mem=%lldM\n",
			(long long)mib * several(s->per_node));
	if (s->time)
		buf_addf(b, "#SBATCH --time=%lld\n", (long long)(s->time + 59) / 60);
	if (s->time && s->checkpoint.wanted)
		buf_addf(b, "#SBATCH --signal=%d@%lld\n",
			checkpoint_signal(&s->checkpoint),
			(long long)s->checkpoint.before);
}

static void add_after(struct buf *b, const struct settings *s)
{
	static const char *const words[] = {"afterok", "afterany", "afternotok", "after"};

	for (size_t i = 0; i < s->n_after_jobs; i++)
		buf_addf(b, "%s%s:%s",
			i ? "," : "#SBATCH --dependency=", words[s->after_jobs[i].state],
			s->after_jobs[i].job);
	if (s->n_after_jobs) /* else it waits for ever */
		buf_adds(b, "\n#SBATCH --kill-on-invalid-dep=yes\n");
}

int slurm_script(const struct plan *p, const struct batch_wish *wish, size_t n_tasks,
	struct buf *out, struct err *e)
{
	const char *partition = wish->partition;
	const struct settings *s = &p->set;
	const char *base = strrchr(p->profile, '/');
	int tasks = several(s->nodes) * several(s->per_node);
	AUTO_BUF struct buf name = {0};

	for (const char *c = partition; *c; c++)
		if (!strchr("_.-,", *c) && !(*c >= '0' && *c <= '9') &&
			!(*c >= 'a' && *c <= 'z') && !(*c >= 'A' && *c <= 'Z'))
			return err_set(e, ERR_USAGE, "--on slurm: is no partition");
	for (base = base ? base + 1 : p->profile; *base && *base != '.'; base++)
		buf_addc(&name, strchr(" \t\n", *base) ? '-' : *base);
	buf_adds(out, "#!/bin/sh\n#SBATCH --job-name=");
	add_printable(out, buf_str(&name));
	buf_addc(out, '\n');
	if (*partition)
		buf_addf(out, "#SBATCH --partition=%s\n", partition);
	buf_addf(out, "#SBATCH --nodes=%d\n#SBATCH --ntasks-per-node=%d\n",
		several(s->nodes), several(s->per_node));
	add_gpus(out, p);
	add_limits(out, s);
	if (n_tasks)
		buf_addf(out, "#SBATCH --array=0-%zu", n_tasks - 1);
	if (n_tasks && s->parallel)
		buf_addf(out, "%%%d", s->parallel);
	buf_adds(out, n_tasks ? "\n" : "");
	add_after(out, s);
	if (slurm_options(wish, out, e) < 0)
		return -1;
	buf_adds(out, "#SBATCH --requeue\n#SBATCH --open-mode=append\n#SBATCH "
		      "--export=" EXPORTS "\n\n");
	/* several ranks: whole lines, each with its own number */
	buf_addf(out, "retries=%d again=%d n=%d lines=%s\n", s->retries,
		s->checkpoint.wanted ? s->checkpoint.status : CHECKPOINT_STATUS, tasks,
		tasks > 1 ? "--label" : "--unbuffered");
	return batch_script("slurm/job.sh", out, e);
}

/* The first line of what a command prints. */
static int first_line(const char *command, char **line, struct err *e)
{
	char text[256] = "";
	FILE *f = popen(command, "re");
	int rc;

	if (!f)
		return err_errno(e, "sbatch");
	if (!fgets(text, sizeof text, f))
		*text = 0;
	rc = pclose(f);
	text[strcspn(text, ";\n")] = 0;
	if (rc || !*text || strspn(text, "0123456789") != strlen(text))
		return err_set(e, EIO, "sbatch took no job%s",
			WIFEXITED(rc) && WEXITSTATUS(rc) == 127
				? ": there is no Slurm on this machine"
				: "");
	*line = xstrdup(text);
	return 0;
}

/* What the script says counts, not what the user's environment says instead. */
static void clear_environment(void)
{
	static const char *const ours[] = {"SBATCH_ARRAY_INX", "SBATCH_JOB_NAME",
		"SBATCH_TIMELIMIT", "SBATCH_SIGNAL", "SBATCH_EXPORT", "SBATCH_OPEN_MODE",
		"SBATCH_NO_REQUEUE", "SBATCH_GPUS", "SBATCH_GPUS_PER_NODE",
		"SBATCH_GPUS_PER_TASK", "SBATCH_MEM_PER_CPU", "SBATCH_MEM_PER_GPU",
		"SBATCH_MEM_PER_NODE", "SBATCH_CPUS_PER_GPU", "SBATCH_WAIT"};

	for (size_t i = 0; i < COUNT_OF(ours); i++)
		unsetenv(ours[i]);
}

/* A path as sbatch's --output takes it. */
static void add_pattern(struct buf *b, const char *path)
{
	for (; *path; path++)
		buf_adds(b, (const char[]){*path, *path == '%' ? '%' : 0, 0});
}

int slurm_queue(const char *dir, const char *project, const char *partition, bool array,
	char **job, struct err *e)
{
	AUTO_FREE char *path = path_join(dir, "job.sh"), *number = path_join(dir, "job");
	AUTO_BUF struct buf command = {0}, log = {0};
	AUTO_FREE char *self = program_self(e);

	if (!self)
		return -1;
	clear_environment();
	if (*partition)
		unsetenv("SBATCH_PARTITION");
	add_pattern(&log, dir);
	buf_adds(&log, array ? "/task.%a/log" : "/log");
	buf_adds(&command, "exec sbatch --parsable --output=");
	shell_word(&command, buf_str(&log));
	buf_adds(&command, " --chdir=");
	shell_word(&command, project);
	for (size_t i = 0; i < 3; i++) {
		buf_addc(&command, ' ');
		shell_word(&command, (const char *[]){path, dir, self}[i]);
	}
	if (first_line(buf_str(&command), job, e) < 0)
		return -1;
	return file_write(number, *job, strlen(*job), 0600, e);
}

int slurm_write(const struct batch_job *j, const char *dir, struct err *e)
{
	AUTO_FREE char *path = path_join(dir, "job.sh");
	AUTO_BUF struct buf script = {0};

	if (slurm_script(j->r->plan, j->wish, j->n_tasks, &script, e) < 0)
		return -1;
	return file_write(path, script.p, script.n, 0700, e);
}

int slurm_submit(const struct batch_job *j, const char *dir, char **job, struct err *e)
{
	if (slurm_write(j, dir, e) < 0)
		return -1;
	return slurm_queue(
		dir, j->r->plan->project, j->wish->partition, j->n_tasks, job, e);
}
