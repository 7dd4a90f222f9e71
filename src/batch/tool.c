/* SPDX-License-Identifier: MIT */
#include "batch/tool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/wire/program.h"

/* A controller that is down is waited for, by squeue for minutes. */
enum { PATIENCE_MS = 20000, SAID_MAX = 1 << 26 };

static void usual_environment(void)
{
	static const char *const others[] = {"SQUEUE_ACCOUNT", "SQUEUE_LICENSES",
		"SQUEUE_NAMES", "SQUEUE_PARTITION", "SQUEUE_QOS", "SQUEUE_SORT",
		"SQUEUE_USERS", "SCANCEL_ACCOUNT", "SCANCEL_NAME", "SCANCEL_PARTITION",
		"SCANCEL_QOS", "SCANCEL_STATE", "SCANCEL_USER", "SCANCEL_INTERACTIVE",
		"SCANCEL_VERBOSE"};

	for (size_t i = 0; i < COUNT_OF(others); i++)
		unsetenv(others[i]);
	setenv("SLURM_TIME_FORMAT", "%s", 1);
}

static int failed(const char *name, const struct program *p, int rc, struct err *e)
{
	if (!rc)
		return err_set(e, EIO, "%s: %.*s", name,
			(int)strcspn(buf_str(&p->err), "\n"), buf_str(&p->err));
	if (e && e->code == ENOENT)
		return err_set(e, ENOENT,
			"there is no %s on this machine: is this a host of a Slurm "
			"cluster?",
			name);
	if (e && e->code == ETIMEDOUT)
		return err_set(e, ETIMEDOUT, "%s: the cluster does not answer", name);
	return -1;
}

int tool_run(const struct strv *words, struct buf *out, struct err *e)
{
	struct program p = {.words = words,
		.limit_ms = PATIENCE_MS,
		.most = SAID_MAX,
		.own_group = true};
	int rc;

	usual_environment();
	rc = program_run(&p, e);
	if (rc < 0 || p.status)
		rc = failed(words->v[0], &p, rc, e);
	else
		buf_add(out, buf_str(&p.out), p.out.n);
	program_free(&p);
	return rc;
}
