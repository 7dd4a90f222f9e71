/* SPDX-License-Identifier: MIT */
#include "engine/registry/credential_helper.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
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

static void read_all(int fd, struct buf *out)
{
	ssize_t k;

	while (out->n < OUTPUT_MAX && (k = read(fd, buf_room(out, 4096), 4096)) != 0) {
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			break;
		out->n += (size_t)k;
		out->p[out->n] = 0;
	}
}

static int run(const char *program, const char *input, struct buf *output, int *status,
	struct err *e)
{
	int pair[2], rc;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return err_errno(e, "%s", program);
	rc = start(program, pair[1], &pid);
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
	read_all(pair[0], output);
	close(pair[0]);
	while ((rc = waitpid(pid, status, 0)) < 0 && errno == EINTR)
		;
	return rc < 0 ? err_errno(e, "%s", program) : 0;
}

int credential_helper_get(
	const char *name, const char *registry, char **user, char **secret, struct err *e)
{
	AUTO_FREE char *program = xasprintf("docker-credential-%s", name);
	AUTO_BUF struct buf out = {0};
	AUTO_JSON cJSON *j = NULL;
	const char *u, *s;
	int status;

	if (strchr(name, '/'))
		return err_set(e, EINVAL,
			"docker's config.json names a bad credential helper: %s", name);
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
