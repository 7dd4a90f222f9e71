/* SPDX-License-Identifier: MIT */
/* cnnrun job-take: submits here what another machine's cnnrun has frozen. */
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/tree.h"
#include "batch/batch.h"
#include "batch/jobs.h"
#include "cli/command.h"
#include "cli/face/hooks.h"

/* Who is not told of a job would submit it once more. */
static int answer(const char *job, const char *dir, struct err *e)
{
	AUTO_JSON cJSON *said = cJSON_CreateObject();
	AUTO_FREE char *text = NULL, *line = NULL;
	AUTO_JOB struct job j = {0};

	json_put(said, "job", job);
	json_put(said, "directory", dir);
	text = json_text(said, false);
	line = xasprintf("%s\n", text);
	if (write(1, line, strlen(line)) == (ssize_t)strlen(line))
		return 0;
	err_errno(e, "job %s is cancelled: its number reaches nobody", job);
	if (job_read(dir, &j, NULL) == 0 && job_cancel(&j, NULL, NULL) == 0)
		tree_remove(dir, NULL);
	return -1;
}

static int run(struct cli *c, const struct opts *o, struct err *e)
{
	AUTO_FREE char *dir = job_dir_new(), *job = NULL;
	struct run_hooks hooks = terminal_hooks(c);
	struct engine *g;

	if (o->n_args != 1 && o->n_args != 2)
		return err_set(e, ERR_USAGE, "job-take takes a version and a partition");
	if (strcmp(o->args[0], CNNRUN_VERSION) != 0)
		return err_set(e, ERR_USAGE,
			"the job comes from cnnrun %.40s, and here is " CNNRUN_VERSION
			": have the same on both machines",
			o->args[0]);
	hooks.consent.ask = NULL;
	if (cli_engine(c, &g, e) < 0 || batch_take(g, 0, o->n_args > 1 ? o->args[1] : "",
						&hooks, dir, &job, e) < 0)
		return -1;
	return answer(job, dir, e);
}

const struct command command_job_take = {
	.name = "job-take",
	.usage = "VERSION [PARTITION]",
	.about = "Submit a job that comes from another machine, by standard input",
	.details = "A cnnrun that reached this machine by ssh calls it.",
	.internal = true,
	.run = run,
};
