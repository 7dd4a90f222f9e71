/* SPDX-License-Identifier: MIT */
/* cnnrun --on slurm[:PARTITION] PROFILE: a job in place of a run. */
#include "cli/batch/submit.h"

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "batch/batch.h"
#include "cli/batch/follow.h"
#include "cli/face/hooks.h"

static char *new_dir(void)
{
	AUTO_FREE char *top = xdg_path("STATE", "jobs");
	char when[32] = "";
	time_t now = time(NULL);
	struct tm t;
	unsigned r = 0;

	strftime(when, sizeof when, "%Y%m%d-%H%M%S", localtime_r(&now, &t));
	if (getrandom(&r, sizeof r, 0) != sizeof r)
		r = (unsigned)clock();
	return xasprintf("%s/%s-%06x", top, when, r & 0xffffff);
}

int submit_script(const struct evaluation *ev, struct err *e)
{
	AUTO_BUF struct buf b = {0};

	if (batch_check(&ev->plan, e) < 0 ||
		slurm_script(&ev->plan, ev->cli->partition, &b, e) < 0)
		return -1;
	return print_out(&b, e);
}

static int follow(const char *dir, struct err *e)
{
	AUTO_JOB struct job j = {0};
	AUTO_FREE char *path = path_join(dir, "log");
	AUTO_JOB_LOG struct job_log log = {.path = path, .rank = -1};
	int left_by;

	if (job_read(dir, &j, e) < 0 ||
		follow_job(&j, &j.tasks[0], &log, true, &left_by, e) < 0)
		return -1;
	return left_by ? 128 + left_by : job_end_status(&j, &j.tasks[0]);
}

int submit_plan(struct evaluation *ev, struct err *e)
{
	AUTO_FREE char *dir = new_dir(), *job = NULL;
	AUTO_BUF struct buf b = {0};
	const struct run_hooks hooks = terminal_hooks(ev->cli);
	const struct run_request r = {.plan = &ev->plan,
		.src = &ev->src,
		.rebuild = opt_on(&ev->opts, "rebuild")};
	struct batch_wish wish = {.partition = ev->cli->partition,
		.snapshot = opt_on(&ev->opts, "snapshot"),
		.image_tar = opt_on(&ev->opts, "image-tar")};
	struct engine *g;

	if (batch_check(&ev->plan, e) < 0 || cli_engine(ev->cli, &g, e) < 0)
		return -1;
	if (ev->cli->host || ev->cli->context)
		wish.engine = ev->cli->url;
	if (batch_freeze(g, &r, &hooks, &wish, dir, e) < 0 ||
		slurm_submit(&ev->plan, ev->cli->partition, dir, &job, e) < 0) {
		batch_forget(dir);
		return -1;
	}
	log_info("job %s; its output: %s/log", job, dir);
	if (!opt_on(&ev->opts, "detach"))
		return follow(dir, e);
	buf_addf(&b, "%s\n", job);
	return print_out(&b, e);
}
