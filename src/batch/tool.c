/* SPDX-License-Identifier: MIT */
#include "batch/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

enum { PATIENCE_MS = 20000, SAID_MAX = 1 << 26 };

/* A controller that is down is waited for, by squeue for minutes. */
static int wait_for(pid_t pid, int *status)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0), rc = 1;
	int64_t until = clock_ms() + PATIENCE_MS;
	struct pollfd p = {.fd = fd, .events = POLLIN};

	while (fd >= 0) {
		int64_t left = until - clock_ms();

		rc = left > 0 ? poll(&p, 1, (int)left) : 0;
		if (rc >= 0 || errno != EINTR)
			break;
	}
	if (fd >= 0)
		close(fd);
	if (!rc)
		kill(pid, SIGKILL);
	while (waitpid(pid, status, 0) < 0 && errno == EINTR)
		;
	return rc ? 0 : -1;
}

static void take(int fd, struct buf *b, size_t max)
{
	off_t at = 0;
	ssize_t n;

	while (b->n < max && (n = pread(fd, buf_room(b, 65536), 65536, at)) > 0) {
		b->n += (size_t)n;
		at += n;
	}
	buf_adds(b, "");
}

static int start(char *const *argv, int out, int said, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none;
	int rc;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, out, 1);
	posix_spawn_file_actions_adddup2(&files, said, 2);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	/* a Ctrl-C is ours to answer */
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
	rc = posix_spawnp(pid, argv[0], &files, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return rc;
}

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

int tool_run(const struct strv *words, struct buf *out, struct err *e)
{
	AUTO_FD int answer = memfd_create("answer", MFD_CLOEXEC);
	AUTO_FD int told = memfd_create("told", MFD_CLOEXEC);
	AUTO_BUF struct buf said = {0};
	const char *name = words->v[0];
	int status = 0;
	pid_t pid;

	if (answer < 0 || told < 0)
		return err_errno(e, "%s", name);
	usual_environment();
	errno = start(words->v, answer, told, &pid);
	if (errno == ENOENT)
		return err_set(e, ENOENT,
			"there is no %s on this machine: is this a host of a Slurm "
			"cluster?",
			name);
	if (errno)
		return err_errno(e, "%s", name);
	if (wait_for(pid, &status) < 0)
		return err_set(e, ETIMEDOUT, "%s: the cluster does not answer", name);
	take(answer, out, SAID_MAX);
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	take(told, &said, 1024);
	return err_set(e, EIO, "%s: %.*s", name, (int)strcspn(buf_str(&said), "\n"),
		buf_str(&said));
}
