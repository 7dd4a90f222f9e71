/* SPDX-License-Identifier: MIT */
#include "launch/ledger/standby.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "launch/launch.h"
#include "launch/ledger/ledger.h"

/* Has nothing to do yet. */
static struct standby waiting;

/* Not reaped yet: a script that launches a thousand times is the parent of them all. */
static struct {
	pid_t *v;
	size_t n;
} leaving;

static void reap(void)
{
	size_t kept = 0;

	for (size_t i = 0; i < leaving.n; i++)
		if (waitpid(leaving.v[i], NULL, WNOHANG) == 0)
			leaving.v[kept++] = leaving.v[i];
	leaving.n = kept;
	if (!kept) {
		free(leaving.v);
		leaving.v = NULL;
	}
}

static int fork_janitor(struct standby *out, struct err *e)
{
	int pair[2];

	reap();
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return err_errno(e, "socketpair");
	out->pid = fork();
	if (out->pid < 0) {
		err_errno(e, "fork");
		close(pair[0]);
		close(pair[1]);
		out->pid = 0;
		return -1;
	}
	if (out->pid == 0) {
		close(pair[0]);
		janitor_run(pair[1]);
	}
	close(pair[1]);
	out->fd = pair[0];
	return 0;
}

void launch_prepare(void)
{
	struct err why;

	if (!waiting.pid && fork_janitor(&waiting, &why) < 0)
		log_debug("%s", why.msg); /* the launch will try again and say it */
}

int standby_take(struct standby *out, struct err *e)
{
	if (!waiting.pid)
		return fork_janitor(out, e);
	*out = waiting;
	waiting = (struct standby){0};
	return 0;
}

bool standby_lives(const struct standby *s)
{
	char c;

	return s->pid && recv(s->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
	       errno == EAGAIN;
}

bool standby_wait(struct standby *s)
{
	int status = 0;
	pid_t pid;

	do
		pid = waitpid(s->pid, &status, 0);
	while (pid < 0 && errno == EINTR);
	close(s->fd);
	*s = (struct standby){0};
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void standby_leave(struct standby *s)
{
	if (!s->pid)
		return;
	close(s->fd);
	leaving.v = xrealloc(leaving.v, (leaving.n + 1) * sizeof *leaving.v);
	leaving.v[leaving.n++] = s->pid;
	*s = (struct standby){0};
}
