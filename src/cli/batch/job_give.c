/* SPDX-License-Identifier: MIT */
/* cnnrun job-give: the porter at work on a job's files, for another machine's cnnrun. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "batch/hand/hand.h"
#include "batch/jobs.h"
#include "cli/batch/there.h"
#include "launch/carry/program.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U /* of Linux 6.3 */
#endif

static int open_program(struct err *e)
{
	int fd = memfd_create("porter", MFD_CLOEXEC | MFD_EXEC);

	if (fd < 0 && errno == EINVAL)
		fd = memfd_create("porter", MFD_CLOEXEC);
	if (fd >= 0 && write(fd, porter_program, porter_program_bytes) ==
			       (ssize_t)porter_program_bytes)
		return fd;
	err_errno(e, "memory for a program");
	if (fd >= 0)
		close(fd);
	return -1;
}

static int enter(const struct job *j, struct err *e)
{
	AUTO_FREE char *path = path_join(j->dir, HAND_SNAPSHOT);
	AUTO_FD int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 || fchdir(fd) < 0 ? err_errno(e, "%s", path) : 0;
}

static int tell(struct job *j, struct err *e)
{
	struct jobs one = {.v = j, .n = 1};
	char word;

	if (!job_ended(job_state(j)))
		jobs_ask(&one, NULL); /* else it goes on, as far as is known */
	word = job_ended(job_state(j)) ? THERE_ENDED_SO_FAR : THERE_GOES_ON;
	return write(1, &word, 1) == 1 ? 0 : err_errno(e, "standard output");
}

static int run(struct cli *c, const struct opts *o, struct err *e)
{
	char *const words[] = {(char[]){"porter"}, NULL}, *const none[] = {NULL};
	AUTO_JOB struct job j = {0};
	AUTO_FD int program = -1;
	int task, rank;

	(void)c;
	if (o->n_args != 1)
		return err_set(e, ERR_USAGE, "job-give takes a job's directory");
	if (job_find(o->args[0], &j, &task, &rank, e) < 0)
		return e->code == ENOENT ? THERE_NO_JOB : -1;
	program = open_program(e);
	if (program < 0 || enter(&j, e) < 0 || tell(&j, e) < 0)
		return -1;
	fexecve(program, words, none);
	return err_errno(e, "a program in memory");
}

const struct command command_job_give = {
	.name = "job-give",
	.usage = "DIRECTORY",
	.about = "Give what a job made, by standard output",
	.details = "A cnnrun that reached this machine by ssh calls it.",
	.internal = true,
	.run = run,
};
