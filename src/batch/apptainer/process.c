/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
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

int apptainer_wait(pid_t pid)
{
	int how;

	while (waitpid(pid, &how, 0) < 0)
		if (errno != EINTR)
			return 125;
	return WIFSIGNALED(how) ? 128 + WTERMSIG(how) : WEXITSTATUS(how);
}
