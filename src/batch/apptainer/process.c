/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/places.h"
#include "batch/apptainer/apptainer.h"
#include "launch/session/signals.h"

int apptainer_place(const char *name, char **path, struct err *e)
{
	AUTO_FREE char *top = NULL;

	if (place_make(PLACE_TMP, &top, e) < 0)
		return -1;
	*path = path_join(top, name);
	return dir_make(*path, 0700, e);
}

/* It reads APPTAINER_… and SINGULARITY_… of its environment, which could widen what it
 * was told, and leaves caches below the home. */
static void become(const struct strv *words, const char *scratch)
{
	AUTO_FREE char *path = xasprintf("PATH=%s", getenv("PATH")),
		       *tmp = xasprintf("TMPDIR=%s", scratch),
		       *own = xasprintf("APPTAINER_TMPDIR=%s", scratch),
		       *config = xasprintf("APPTAINER_CONFIGDIR=%s/config", scratch),
		       *cache = xasprintf("APPTAINER_CACHEDIR=%s/cache", scratch);
	char *const env[] = {path, tmp, own, config, cache, NULL};
	sigset_t none;

	signals_forget();
	signal(SIGUSR1, SIG_DFL);
	signal(SIGUSR2, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve(words->v[0], words->v, env);
	_exit(125);
}

int apptainer_start(
	const struct strv *words, const char *scratch, pid_t *pid, struct err *e)
{
	*pid = fork();
	if (*pid == 0)
		become(words, scratch);
	return *pid < 0 ? err_errno(e, "apptainer cannot be started") : 0;
}

/* Apptainer forgets whose death it is to end with, as it changes its rights. */
int apptainer_guard(int pidfd, pid_t *pid, int *line, struct err *e)
{
	int ends[2];
	sigset_t all;
	char c;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_errno(e, "pipe");
	*pid = fork();
	if (*pid == 0) {
		sigfillset(&all);
		sigprocmask(SIG_BLOCK, &all, NULL);
		setsid();
		close(ends[1]);
		while (read(ends[0], &c, 1) < 0 && errno == EINTR)
			;
		syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
		_exit(0);
	}
	close(ends[0]);
	*line = ends[1];
	return *pid < 0 ? err_errno(e, "fork") : 0;
}

int apptainer_wait(pid_t pid)
{
	int how;

	while (waitpid(pid, &how, 0) < 0)
		if (errno != EINTR)
			return 125;
	return WIFSIGNALED(how) ? 128 + WTERMSIG(how) : WEXITSTATUS(how);
}
