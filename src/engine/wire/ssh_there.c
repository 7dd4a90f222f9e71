/* SPDX-License-Identifier: MIT */
/* A command over there, by the login of this process. */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine/wire/program.h"
#include "engine/wire/ssh.h"

enum { LOST = 255 }; /* what ssh ends with where it is not the command's status */

static int start(const struct strv *words, struct ssh_there *t)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, usual;
	int rc;

	sigemptyset(&none);
	sigfillset(&usual);
	posix_spawn_file_actions_init(&files);
	if (t->in >= 0)
		posix_spawn_file_actions_adddup2(&files, t->in, 0);
	else if (!t->terminal)
		posix_spawn_file_actions_addopen(&files, 0, "/dev/null", 0, 0);
	if (t->out >= 0)
		posix_spawn_file_actions_adddup2(&files, t->out, 1);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &usual);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setflags(
		&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
			       (t->own_group ? POSIX_SPAWN_SETPGROUP : 0));
	rc = posix_spawnp(&t->pid, "ssh", &files, &attr, words->v, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return rc;
}

int ssh_there_begin(struct ssh_there *t, const char *command, struct err *e)
{
	AUTO_STRV struct strv words = {0};
	AUTO_ENDPOINT struct endpoint p = {0};
	const char *dir;
	int rc;

	if (ssh_enter(t->url, e) < 0 || endpoint_parse(t->url, &p, e) < 0 ||
		!(dir = ssh_dir(t->url, e)))
		return -1;
	ssh_by_master(&words, dir);
	strv_add(&words, t->terminal ? "-tt" : "-T");
	strv_add(&words, "-oLogLevel=ERROR"); /* no "Shared connection closed." */
	strv_add(&words, "-oEscapeChar=none");
	ssh_where(&words, &p);
	strv_add(&words, command);
	rc = start(&words, t);
	errno = rc;
	return rc ? err_errno(e, "cannot run ssh") : 0;
}

/* The command may have ended so itself: then the login is alive. */
static bool lost(const char *url)
{
	const char *dir = ssh_dir(url, NULL);

	return !dir || ssh_control(url, dir, "check", NULL, NULL) < 0;
}

bool ssh_there_ended(struct ssh_there *t, bool wait, int *status)
{
	int how;
	pid_t pid;

	do
		pid = waitpid(t->pid, &how, wait ? 0 : WNOHANG);
	while (pid < 0 && errno == EINTR);
	if (!pid)
		return false;
	t->pid = 0;
	*status = WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
	t->lost = *status == LOST && lost(t->url);
	return true;
}

void ssh_there_end(struct ssh_there *t)
{
	int status;

	if (t->pid <= 0)
		return;
	kill(t->pid, SIGTERM);
	ssh_there_ended(t, true, &status);
}
