/* SPDX-License-Identifier: MIT */
/* A step of a job has no session: nobody started Podman's service, and there is no
 * directory for run-time files, or one that is taken away when another login ends. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/places.h"
#include "base/strv.h"
#include "batch/runner/runner.h"
#include "engine/http/call.h"

/* Seconds that the service outlives its last connection, for whoever cleans up. */
#define PERSIST "5"

enum { START_MS = 60000, LOOK_MS = 20 };

/* Of this node, and of this user alone. The dot tells it from records of launches. */
static int make_dir(char **dir, struct err *e)
{
	AUTO_FREE char *top = NULL;

	if (place_make(PLACE_TMP, &top, e) < 0)
		return -1;
	*dir = path_join(top, "podman.run");
	return mkdir(*dir, 0700) < 0 && errno != EEXIST ? err_errno(e, "%s", *dir) : 0;
}

/* The scheduler's signals are for the job's program: this must not end of them before
 * what it runs has. */
static void become(char *const *words, int log)
{
	int none = open("/dev/null", O_RDONLY | O_CLOEXEC);
	sigset_t all;

	setsid();
	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, SIG_IGN);
	sigemptyset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	dup2(none, 0);
	dup2(log, 1);
	dup2(log, 2);
	execvp(words[0], words);
	_exit(127);
}

/* Nobody's child, so that what follows a process's children does not end it. */
static int start(char *const *words, int log, pid_t *pid, struct err *e)
{
	int ends[2];
	pid_t between;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_errno(e, "pipe");
	between = fork();
	if (between == 0) {
		pid_t it = fork();

		if (it == 0)
			become(words, log);
		_exit(write(ends[1], &it, sizeof it) != sizeof it);
	}
	close(ends[1]);
	if (between < 0 || read(ends[0], pid, sizeof *pid) != sizeof *pid)
		*pid = -1;
	close(ends[0]);
	while (between > 0 && waitpid(between, NULL, 0) < 0 && errno == EINTR)
		;
	return *pid > 0 ? 0 : err_set(e, EAGAIN, "podman cannot be started");
}

static int no_service(const struct runner *r, struct err *e)
{
	AUTO_BUF struct buf text = {0};
	AUTO_FREE char *said = NULL;
	const char *last;

	file_read(r->log, 0, &text, NULL);
	while (text.n && strchr("\r\n ", text.p[text.n - 1]))
		text.p[--text.n] = 0;
	last = strrchr(buf_str(&text), '\n');
	said = xstrdup(last ? last + 1 : buf_str(&text));
	one_line(said, 500);
	return err_set(e, EIO, "podman, the only engine of this node, does not start: %s",
		*said ? said : "it does not say why");
}

static int wait_for(struct runner *r, struct err *e)
{
	int64_t end = clock_ms() + START_MS;

	while ((r->held = socket_try(r->socket)) < 0) {
		if (kill(r->pid, 0) < 0 || clock_ms() > end)
			return no_service(r, e);
		if (poll(NULL, 0, LOOK_MS) < 0)
			return err_set(e, ERR_INTERRUPTED, "interrupted");
	}
	return 0;
}

int podman_serve(struct runner *r, const char *program, struct err *e)
{
	AUTO_FREE char *dir = NULL;
	AUTO_STRV struct strv words = {0};
	AUTO_FD int log = -1;

	if (make_dir(&dir, e) < 0)
		return -1;
	r->socket = xasprintf("%s/%d.sock", dir, (int)getpid());
	r->log = xasprintf("%s/%d.log", dir, (int)getpid());
	r->url = xasprintf("unix://%s", r->socket);
	log = open(r->log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (log < 0)
		return err_errno(e, "%s", r->log);
	strv_add(&words, "env");
	strv_addf(&words, "XDG_RUNTIME_DIR=%s", dir);
	strv_add(&words, program);
	strv_add(&words, "system");
	strv_add(&words, "service");
	strv_add(&words, "--time=" PERSIST);
	strv_add(&words, r->url);
	unlink(r->socket); /* of one that was killed */
	if (start(words.v, log, &r->pid, e) < 0)
		return -1;
	log_info("the engine of this node: podman, for this task");
	return wait_for(r, e);
}
