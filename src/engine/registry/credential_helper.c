/* SPDX-License-Identifier: MIT */
#include "engine/registry/credential_helper.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "engine/http/call.h"

#define OUTPUT_MAX 65536

/* Its standard input and output are one socket: unlike a pipe it can be written to
 * without SIGPIPE when the helper has gone. */
static int start(const char *program, int socket, pid_t *pid)
{
	char get[] = "get";
	AUTO_FREE char *name = xstrdup(program);
	char *const argv[] = {name, get, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, usual;
	int rc;

	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, socket, 0);
	posix_spawn_file_actions_adddup2(&files, socket, 1);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &usual);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	rc = posix_spawnp(pid, program, &files, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return rc;
}

/* Some ask for a password. */
int credential_helper_ms = 120000;

struct helper {
	pid_t pid;
	int fd, pidfd; /* -1 = its output has ended; it itself cannot be waited for so */
	struct buf *out;
};

static void take_output(struct helper *h)
{
	ssize_t k = read(h->fd, buf_room(h->out, 4096), 4096);

	if (k > 0) {
		h->out->n += (size_t)k;
		h->out->p[h->out->n] = 0;
	}
	if ((k < 0 && errno == EINTR) || (k > 0 && h->out->n < OUTPUT_MAX))
		return;
	close(h->fd);
	h->fd = -1;
}

/* Until it has ended and all is read; what it started may live on with its output open.
 */
static int collect(struct helper *h, const char *program, struct err *e)
{
	int64_t end = clock_ms() + credential_helper_ms;

	while (h->fd >= 0 || h->pidfd >= 0) {
		struct pollfd v[] = {{h->fd, POLLIN, 0}, {h->pidfd, POLLIN, 0}};
		int64_t left = end - clock_ms();
		int ready = poll(v, COUNT_OF(v), left > 0 ? (int)left : 0);

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0) {
			kill(h->pid, SIGKILL);
			return err_set(e, ETIMEDOUT, "%s does not answer", program);
		}
		if (v[0].revents)
			take_output(h);
		else
			return 0;
	}
	return 0;
}

static int run(const char *program, const char *input, struct buf *output, int *status,
	struct err *e)
{
	struct helper h = {.out = output};
	int pair[2], rc;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return err_errno(e, "%s", program);
	rc = start(program, pair[1], &h.pid);
	close(pair[1]);
	if (rc) {
		close(pair[0]);
		errno = rc;
		err_errno(e, "cannot run the credential helper %s", program);
		return err_hint(e, "it is named in docker's config.json");
	}
	if (send(pair[0], input, strlen(input), MSG_NOSIGNAL) < 0) {
		/* it needed no input: its output tells */
	}
	shutdown(pair[0], SHUT_WR);
	h.fd = pair[0];
	h.pidfd = (int)syscall(SYS_pidfd_open, h.pid, 0);
	rc = collect(&h, program, e);
	if (h.fd >= 0)
		close(h.fd);
	if (h.pidfd >= 0)
		close(h.pidfd);
	while (waitpid(h.pid, status, 0) < 0 && errno == EINTR)
		;
	return rc;
}

/* What it said, or that it said nothing. */
static int ask(const char *program, const char *registry, char **user, char **secret,
	struct err *e)
{
	AUTO_BUF struct buf out = {0};
	AUTO_JSON cJSON *j = NULL;
	const char *u, *s;
	int status;

	if (run(program, registry, &out, &status, e) < 0)
		return -1;
	if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		AUTO_FREE char *text = xstrdup(buf_str(&out));

		if (strstr(text, "credentials not found"))
			return 0;
		if (strchr(text, '{')) /* no reason, but what it was asked for */
			*text = 0;
		one_line(text, 500);
		return err_set(e, EIO, "%s failed: %s", program,
			*text ? text : "no reason given");
	}
	j = json_parse(buf_str(&out), out.n, NULL);
	u = json_str(j, "Username");
	s = json_str(j, "Secret");
	if (!u || !s)
		return err_set(e, EPROTO, "%s: unreadable answer", program);
	if (*s) {
		*user = xstrdup(u);
		*secret = xstrdup(s);
	}
	return 0;
}

int credential_helper_get(
	const char *name, const char *registry, char **user, char **secret, struct err *e)
{
	AUTO_FREE char *program = xasprintf("docker-credential-%s", name);

	if (strchr(name, '/'))
		return err_set(e, EINVAL,
			"docker's config.json names a bad credential helper: %s", name);
	if (ask(program, registry, user, secret, e) == 0)
		return 0;
	if (e && e->code != ENOENT)
		err_hint(e, "see what it says: echo %s | %s get", registry, program);
	return -1;
}
