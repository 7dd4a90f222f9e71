/* SPDX-License-Identifier: MIT */
/* What the cluster's own ways ask for beside the plan: account, qos and the like. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "batch/batch.h"
#include "batch/tool.h"

/* Options of sbatch that say what the plan says, and how it is said there; NULL = nobody
 * may say it. */
static const struct {
	const char *name, *how;
} ours[] = {
	{"array", "c:sweep"},
	{"chdir", NULL},
	{"cpus-per-gpu", "c:limit { cpus = 4 }"},
	{"cpus-per-task", "c:limit { cpus = 4 }"},
	{"dependency", "--after JOB"},
	{"error", NULL},
	{"export", "c:env"},
	{"export-file", "c:env"},
	{"get-user-env", "c:env"},
	{"gpus", "c:gpus { count = 1 }"},
	{"gpus-per-node", "c:gpus { count = 1 }"},
	{"gpus-per-task", "c:gpus { count = 1 }"},
	{"gres", "c:gpus { count = 1 }"},
	{"help", NULL},
	{"input", NULL},
	{"job-name", NULL},
	{"kill-on-invalid-dep", "--after JOB"},
	{"mem", "c:limit { memory = \"8g\" }"},
	{"mem-per-cpu", "c:limit { memory = \"8g\" }"},
	{"mem-per-gpu", "c:limit { memory = \"8g\" }"},
	{"nodes", "c:nodes(2)"},
	{"no-requeue", NULL},
	{"ntasks", "c:tasks { per_node = 2 }"},
	{"ntasks-per-node", "c:tasks { per_node = 2 }"},
	{"open-mode", NULL},
	{"output", NULL},
	{"parsable", NULL},
	{"partition", "--on slurm:PARTITION"},
	{"requeue", "c:retries(3)"},
	{"signal", "c:checkpoint"},
	{"test-only", "--dry-run"},
	{"time", "c:time \"2h\""},
	{"usage", NULL},
	{"version", NULL},
	{"wait", NULL},
	{"wrap", NULL},
};

/* sbatch takes the beginning of a name for it. */
static int check_name(const char *name, size_t n, struct err *e)
{
	if (n < 2 || strspn(name, "abcdefghijklmnopqrstuvwxyz-") < n || *name == '-')
		return err_set(e, ERR_USAGE,
			"--slurm %.80s: the name of an option of sbatch is needed, and "
			"its value: --slurm account=me",
			name);
	for (size_t i = 0; i < COUNT_OF(ours); i++) {
		if (strncmp(ours[i].name, name, n) != 0)
			continue;
		err_set(e, ERR_USAGE, "--slurm %.*s: that is cnnrun's to say", (int)n,
			name);
		return ours[i].how ? err_hint(e, "write %s", ours[i].how) : -1;
	}
	return 0;
}

/* As it stands between quotes in a line of the script. */
static int check_value(const char *option, const char *value, struct err *e)
{
	size_t n = 0;

	while ((unsigned char)value[n] >= ' ' && !strchr("\"\\\177", value[n]))
		n++;
	if (value[n])
		return err_set(e, ERR_USAGE,
			"--slurm %.80s: a value of one line, without quotes and "
			"backslashes",
			option);
	return 0;
}

int slurm_options(const struct batch_wish *wish, struct buf *out, struct err *e)
{
	for (size_t i = 0; i < wish->options.n; i++) {
		const char *option = wish->options.v[i];
		size_t n = strcspn(option, "=");
		const char *value = option[n] ? option + n + 1 : NULL;

		if (check_name(option, n, e) < 0 ||
			(value && check_value(option, value, e) < 0))
			return -1;
		buf_addf(out, "#SBATCH --%.*s", (int)n, option);
		if (value)
			buf_addf(out, "=\"%s\"", value);
		buf_addc(out, '\n');
	}
	return 0;
}

int slurm_room(size_t n_tasks, struct err *e)
{
	AUTO_STRV struct strv words = {0};
	AUTO_BUF struct buf said = {0};
	const char *at;
	long max;

	if (!n_tasks)
		return 0;
	strv_add(&words, "scontrol");
	strv_add(&words, "show");
	strv_add(&words, "config");
	if (tool_run(&words, &said, e) < 0)
		return -1;
	at = strstr(buf_str(&said), "\nMaxArraySize ");
	at = at ? strchr(at, '=') : NULL;
	max = at ? strtol(at + 1, NULL, 10) : -1;
	if (max < 0 || n_tasks <= (size_t)max)
		return 0;
	return err_set(e, EINVAL,
		"sweep: %zu tasks, and this cluster takes %ld in one job (MaxArraySize): "
		"fewer values",
		n_tasks, max);
}
