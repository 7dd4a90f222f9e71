/* SPDX-License-Identifier: MIT */
/* However a profile ends, the user reads one line that says why. */
#include "profile/host.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/printable.h"

/* -1: somebody else reaped it, how it ended is unknown. */
static int reap(struct profile *p)
{
	int status = -1;
	pid_t got;

	do {
		got = waitpid(p->pid, &status, 0);
	} while (got < 0 && errno == EINTR);
	p->pid = 0;
	p->listens = 0;
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
	return got < 0 ? -1 : status;
}

void death_quiet(struct profile *p)
{
	if (!p->pid)
		return;
	kill(p->pid, SIGKILL);
	reap(p);
}

int death_by_time(struct profile *p, struct err *e)
{
	death_quiet(p);
	return err_set(e, ETIME, "%s: computed longer than %g s", p->src->shown,
		p->limits.seconds);
}

static int death_by_memory(struct profile *p, struct err *e)
{
	death_quiet(p);
	return err_set(e, ENOMEM, "%s: used more than %zu MiB", p->src->shown,
		p->limits.memory >> 20);
}

/* Its socket is closed and only its exit closes that: how it ends is settled, and the
 * signal sent here cannot change it. */
int death_name(struct profile *p, struct err *e)
{
	const char *shown = p->src->shown;
	int status;

	kill(p->pid, SIGKILL);
	status = reap(p);

	if (status != -1 && WIFSIGNALED(status)) {
		int sig = WTERMSIG(status);

		if (sig == SIGSYS)
			return err_set(e, EPERM,
				"%s: tried something a profile may not do (system call)",
				shown);
		if (sig == SIGXCPU)
			return err_set(e, ETIME, "%s: computed longer than %g s", shown,
				p->limits.seconds);
		return err_set(e, ECHILD, "%s: its process was ended by signal %d (%s)",
			shown, sig, strsignal(sig));
	}
	if (status != -1 && WEXITSTATUS(status) == CHILD_NOT_JAILED)
		return err_set(e, EPERM, "%s: cannot be confined on this system", shown);
	return err_set(
		e, ECHILD, "%s: its process ended before it had said everything", shown);
}

/* Does the message begin with a place in a file, "gui.lua:12: "? */
static bool has_place(const char *s)
{
	static const char *const ends[] = {".lua:", ".yaml:", ".yml:", ".json:", ".env:"};

	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		const char *at = strstr(s, ends[i]);

		if (!at || at - s > 100)
			continue;
		at += strlen(ends[i]);
		at += strspn(at, "0123456789");
		if (at[-1] != ':' && *at == ':')
			return true;
	}
	return false;
}

/* Enough to say what is wrong; a place and a hint still fit into one message. */
enum { TEXT_MAX = 1000 };

int death_by_error(struct profile *p, const cJSON *words, struct err *e)
{
	const char *kind = json_str(words, "kind"), *text = json_str(words, "message");
	const char *back = json_str(words, "traceback");
	AUTO_FREE char *message = xstrdup(text ? text : "failed");
	AUTO_BUF struct buf traceback = {0};

	if (kind && !strcmp(kind, "memory"))
		return death_by_memory(p, e);
	death_quiet(p);
	if (strlen(message) > TEXT_MAX + strlen("..."))
		memcpy(message + TEXT_MAX, "...", sizeof "...");
	for (char *s = message; *s; s++)
		if (*s == '\n')
			*s = ' ';
	str_printable(&message);
	add_printable_lines(&traceback, back ? back : "");
	str_set(&p->traceback, buf_str(&traceback));
	if (kind && !strcmp(kind, "usage"))
		return err_set(e, ERR_USAGE, "%s: %s", p->src->shown, message);
	if (has_place(message))
		return err_set(e, EINVAL, "%s", message);
	return err_set(e, EINVAL, "%s: %s", p->src->shown, message);
}
