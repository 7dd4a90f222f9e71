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

/* A task that asks to go on leaves a file and ends well, lest the others be killed while
 * they save what they have. */
static const char body[] =
	"dir=$1 cnnrun=$2 retries=%d again=%d n=%d\n"
	"turn=${SLURM_RESTART_COUNT:-0} ended=\n"
	"\n"
	"# What each task ended with; which was the first that failed by itself, and "
	"with what.\n"
	"look() {\n"
	"\ttasks='' cause='' first=0 r=0\n"
	"\twhile [ \"$r\" -lt \"$n\" ]; do\n"
	"\t\ts=null when=0\n"
	"\t\t[ ! -e \"$dir/begun.$turn.$r\" ] || while read -r word what at; do\n"
	"\t\t\t[ \"$word\" != ended ] || { s=$what when=$at; }\n"
	"\t\tdone <\"$dir/begun.$turn.$r\"\n"
	"\t\tif [ \"$when\" != 0 ] && { [ \"$first\" = 0 ] || [ \"$when\" -lt \"$first\" "
	"]; }; then\n"
	"\t\t\tfirst=$when cause=$r status=$s\n"
	"\t\tfi\n"
	"\t\ttasks=$tasks${tasks:+,}$s r=$((r + 1))\n"
	"\tdone\n"
	"}\n"
	"\n"
	"# record HOW: exit.json, whole or not at all.\n"
	"record() {\n"
	"\tprintf '{\"job\":%%s,\"turn\":%%s,%%s,\"tasks\":[%%s],\"when\":\"%%s\"}\\n' "
	"\"$SLURM_JOB_ID\" \"$turn\" \\\n"
	"\t\t\"$1\" \"$tasks\" \"$(date -u +%%Y-%%m-%%dT%%H:%%M:%%SZ)\" "
	">\"$dir/exit.new\" &&\n"
	"\t\tmv \"$dir/exit.new\" \"$dir/exit.json\"\n"
	"}\n"
	"\n"
	"# A job that is started twice would write into the same files.\n"
	"if ! (set -C && echo \"job $SLURM_JOB_ID on $SLURMD_NODENAME, since $(date)\" "
	">\"$dir/run.$turn\") 2>/dev/null; then\n"
	"\techo \"cnnrun: this run has begun already: $(cat \"$dir/run.$turn\")\" >&2\n"
	"\texit 125\n"
	"fi\n"
	"rm -f \"$dir/exit.json\"\n"
	"# Who is ended by the scheduler has no status of its own, whatever srun says.\n"
	"trap 'ended=1; look; record \"\\\"signal\\\":\\\"TERM\\\"\"' TERM\n"
	"MASTER_PORT=$(\"$cnnrun\" node-run --port) && export MASTER_PORT\n"
	"srun --export=ALL --kill-on-bad-exit=1 %s \"$cnnrun\" node-run \"$dir\" &\n"
	"wait $!\n"
	"status=$?\n"
	"while kill -0 $! 2>/dev/null; do\n"
	"\twait $!\n"
	"\tstatus=$?\n"
	"done\n"
	"trap '' TERM\n"
	"\n"
	"look\n"
	"if [ -n \"$cause\" ]; then\n"
	"\t[ \"$n\" = 1 ] || echo \"cnnrun: task $cause failed first, with status "
	"$status\" >&2\n"
	"elif [ -n \"$ended\" ]; then\n"
	"\trecord '\"signal\":\"TERM\"'\n"
	"\texit 143\n"
	"elif [ \"$status\" = 0 ] && ls \"$dir\"/again.\"$turn\".* >/dev/null 2>&1; "
	"then\n"
	"\tstatus=$again\n"
	"\t# what node failures and preemption requeue is not counted\n"
	"\tdone=$(cat \"$dir/retried\" 2>/dev/null || echo 0)\n"
	"\tif [ \"$done\" -lt \"$retries\" ]; then\n"
	"\t\techo $((done + 1)) >\"$dir/retried.new\" && mv \"$dir/retried.new\" "
	"\"$dir/retried\"\n"
	"\t\tscontrol requeue \"$SLURM_JOB_ID\" && exit 0\n"
	"\tfi\n"
	"fi\n"
	"record \"\\\"status\\\":$status\"\n"
	"exit \"$status\"\n";

int slurm_script(
	const struct plan *p, const char *partition, struct buf *out, struct err *e)
{
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
	buf_adds(out, "#SBATCH --requeue\n#SBATCH --open-mode=append\n#SBATCH "
		      "--export=" EXPORTS "\n\n");
	/* several ranks: whole lines, each with its own number */
	buf_addf(out, body, s->retries,
		s->checkpoint.wanted ? s->checkpoint.status : CHECKPOINT_STATUS, tasks,
		tasks > 1 ? "--label" : "--unbuffered");
	return 0;
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

int slurm_submit(const struct plan *p, const char *partition, const char *dir, char **job,
	struct err *e)
{
	AUTO_FREE char *path = path_join(dir, "job.sh"), *log = path_join(dir, "log"),
		       *number = path_join(dir, "job");
	AUTO_BUF struct buf script = {0}, command = {0};
	char self[4096] = "";

	if (readlink("/proc/self/exe", self, sizeof self - 1) < 0)
		return err_errno(e, "/proc/self/exe");
	if (slurm_script(p, partition, &script, e) < 0 ||
		file_write(path, script.p, script.n, 0700, e) < 0)
		return -1;
	buf_adds(&command, "exec sbatch --parsable --output=");
	shell_word(&command, log);
	buf_adds(&command, " --chdir=");
	shell_word(&command, p->project);
	for (size_t i = 0; i < 3; i++) {
		buf_addc(&command, ' ');
		shell_word(&command, (const char *[]){path, dir, self}[i]);
	}
	if (first_line(buf_str(&command), job, e) < 0)
		return -1;
	return file_write(number, *job, strlen(*job), 0600, e);
}
