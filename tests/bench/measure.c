/* SPDX-License-Identifier: MIT */
/* measure FD UID COMMAND… : runs the command as that user and writes to FD: wall clock
 * and CPU in ms, the largest process in MB, the exit status. CPU and memory are those of
 * all its descendants, also of those that outlive it. Small on purpose: a process
 * inherits the high-water mark of the one that forked it. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return 1e3 * (double)t.tv_sec + (double)t.tv_nsec / 1e6;
}

static double ms(struct timeval t)
{
	return 1e3 * (double)t.tv_sec + (double)t.tv_usec / 1e3;
}

static pid_t start(int uid, char **command, int fd)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	close(fd);
	if (uid && (setgid((gid_t)uid) < 0 || setuid((uid_t)uid) < 0))
		_exit(126);
	execvp(command[0], command);
	_exit(127);
}

int main(int argc, char **argv)
{
	double begun = now(), wall = 0, cpu = 0;
	struct rusage r;
	int fd, status, code = 127;
	long rss = 0;
	pid_t first, pid;

	if (argc < 4)
		return 2;
	fd = atoi(argv[1]);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	first = start(atoi(argv[2]), argv + 3, fd);
	while ((pid = wait4(-1, &status, 0, &r)) > 0) {
		if (pid == first) {
			wall = now() - begun;
			code = WIFEXITED(status) ? WEXITSTATUS(status)
						 : 128 + WTERMSIG(status);
		}
		cpu += ms(r.ru_utime) + ms(r.ru_stime);
		rss = r.ru_maxrss > rss ? r.ru_maxrss : rss;
	}
	dprintf(fd, "%.3f %.3f %.2f %d\n", wall, cpu, (double)rss / 1024, code);
	return 0;
}
