/* SPDX-License-Identifier: MIT */
/* Who a task is, and the files that tell of its begin and its end. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "batch/node/node.h"
#include "launch/launch.h"

#define HEAD_START_NS 2000000000LL

int task_number(const char *name, int fallback)
{
	const char *s = getenv(name);

	return s && *s ? atoi(s) : fallback;
}

int task_of(struct task *t, struct err *e)
{
	t->job = getenv("SLURM_JOB_ID");
	t->turn = task_number("SLURM_RESTART_COUNT", 0);
	t->rank = task_number("SLURM_PROCID", -1);
	t->local = task_number("SLURM_LOCALID", 0);
	t->node = task_number("SLURM_NODEID", 0);
	t->n = task_number("SLURM_NTASKS", 1);
	t->per_node = task_number("SLURM_NTASKS_PER_NODE", 1);
	if (t->per_node < 1)
		t->per_node = 1;
	if (!t->job || t->rank < 0)
		return err_set(e, ERR_USAGE,
			"node-run is started by srun: cnnrun --on slurm PROFILE");
	return 0;
}

void task_free(struct task *t)
{
	if (t->record >= 0)
		close(t->record);
	if (t->port >= 0)
		close(t->port);
}

static int64_t clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static char *file_of(const char *dir, const char *what, const struct task *t)
{
	AUTO_FREE char *name = xasprintf("%s.%d.%d", what, t->turn, t->rank);

	return path_join(dir, name);
}

static int begun_already(const struct task *t, const char *path, struct err *e)
{
	AUTO_BUF struct buf who = {0};

	if (file_read(path, 4096, &who, NULL) < 0 || !who.n)
		buf_adds(&who, path);
	who.p[strcspn(who.p, "\n")] = 0;
	return err_set(e, EEXIST,
		"task %d of this run has begun already: %s; submit it once more for "
		"another",
		t->rank, who.p);
}

int task_begin(const char *dir, struct task *t, struct err *e)
{
	AUTO_FREE char *path = file_of(dir, "begun", t);
	const char *host = getenv("SLURMD_NODENAME");
	time_t now = time(NULL);
	char when[32] = "";
	struct tm tm;

	t->record = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
	if (t->record < 0 && errno == EEXIST)
		return begun_already(t, path, e);
	if (t->record < 0)
		return err_errno(e, "%s", path);
	strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", localtime_r(&now, &tm));
	dprintf(t->record, "job %s on %s, process %d, since %s\n", t->job,
		host ? host : "this machine", (int)getpid(), when);
	return 0;
}

void task_ended(const char *dir, const struct task *t, int status, bool again, int64_t ns)
{
	AUTO_FREE char *path = file_of(dir, "again", t);

	if (!ns)
		ns = clock_ns();
	/* who dies of a signal takes longer to be dead than others to miss him */
	if (status > 128)
		ns -= HEAD_START_NS;
	/* who was ended by the scheduler is not the cause of it */
	dprintf(t->record, "ended %d %lld\n", status,
		status && !again && !launch_ever_asked() ? (long long)ns : 0);
	if (again)
		file_write(path, "", 0, 0600, NULL);
}
