/* SPDX-License-Identifier: MIT */
#include "engine/wire/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

enum { MOST_USUAL = 65536, PIECE = 65536, LOOK_MS = 50, ENDING_MS = 2 };

/* Both of its streams and the input are sockets: writing to one whose reader has gone
 * raises no SIGPIPE. */
struct ends {
	int in[2], out[2], err[2];
};

static int open_ends(struct ends *s, struct err *e)
{
	int *const pairs[] = {s->in, s->out, s->err};

	for (size_t i = 0; i < COUNT_OF(pairs); i++)
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pairs[i]) < 0) {
			err_errno(e, "socketpair");
			while (i--) {
				close(pairs[i][0]);
				close(pairs[i][1]);
			}
			return -1;
		}
	return 0;
}

static int start(const struct program *p, const struct ends *s, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, usual;
	int rc;

	sigemptyset(&none);
	sigfillset(&usual);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, s->in[1], 0);
	posix_spawn_file_actions_adddup2(&files, s->out[1], 1);
	posix_spawn_file_actions_adddup2(&files, s->err[1], 2);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &usual);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setflags(
		&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
			       (p->own_group ? POSIX_SPAWN_SETPGROUP : 0));
	rc = posix_spawnp(pid, p->words->v[0], &files, &attr, p->words->v, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return rc;
}

/* What is there; false at the end. */
static bool take(int fd, struct buf *to, size_t most)
{
	char piece[PIECE];
	ssize_t k;

	do
		k = recv(fd, piece, sizeof piece, MSG_DONTWAIT);
	while (k < 0 && errno == EINTR);
	if (k > 0 && to->n < most)
		buf_add(to, piece, (size_t)k);
	return k > 0 || (k < 0 && errno == EAGAIN);
}

/* One that goes on in the background may keep its streams: the process counts. */
static int listen_to(struct program *p, const struct ends *s, pid_t pid, struct err *e)
{
	int64_t end = p->limit_ms ? clock_ms() + p->limit_ms : INT64_MAX;
	struct pollfd v[] = {
		{.fd = s->out[0], .events = POLLIN}, {.fd = s->err[0], .events = POLLIN}};
	size_t most = p->most ? p->most : MOST_USUAL;
	int status = 0, over;
	bool late = false, much = false;

	do {
		poll(v, COUNT_OF(v), v[0].fd < 0 ? ENDING_MS : LOOK_MS);
		over = waitpid(pid, &status, WNOHANG);
		if (!take(s->out[0], &p->out, most))
			v[0].fd = -1;
		if (!take(s->err[0], &p->err, most))
			v[1].fd = -1;
		much = p->out.n >= most || p->err.n >= most;
		if (!over && !late && (much || clock_ms() > end)) {
			late = true;
			kill(pid, SIGKILL);
		}
	} while (!over || (over < 0 && errno == EINTR));
	while (take(s->out[0], &p->out, most) && poll(v, 1, 0) == 1)
		;
	p->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	if (!late)
		return 0;
	return err_set(e, much ? EMSGSIZE : ETIMEDOUT, "%s %s", p->words->v[0],
		much ? "does not stop to talk" : "takes too long");
}

int program_run(struct program *p, struct err *e)
{
	struct ends s;
	pid_t pid;
	int rc;

	if (open_ends(&s, e) < 0)
		return -1;
	rc = start(p, &s, &pid);
	close(s.in[1]);
	close(s.out[1]);
	close(s.err[1]);
	if (!rc && p->input &&
		send(s.in[0], p->input, strlen(p->input), MSG_NOSIGNAL) < 0) {
		/* it has gone: its end says why */
	}
	close(s.in[0]);
	errno = rc;
	rc = rc ? err_errno(e, "cannot run %s", p->words->v[0])
		: listen_to(p, &s, pid, e);
	close(s.out[0]);
	close(s.err[0]);
	return rc;
}

void program_free(struct program *p)
{
	buf_free(&p->out);
	buf_free(&p->err);
}
