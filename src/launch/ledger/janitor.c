/* SPDX-License-Identifier: MIT */
/* The janitor: holds the X grants of one launch, waits for the launcher's end, and has
 * what is left of it undone. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "engine/engine.h"
#include "host/terminal.h"
#include "host/x11/x11.h"
#include "launch/ledger/janitor.h"
#include "launch/ledger/undo.h"

static void leave_session(void)
{
	sigset_t all;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	terminal_watch(0);
	setsid();
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	prctl(PR_SET_NAME, "cnnrun-janitor");
	for (int i = 0; i < 3 && null >= 0; i++)
		dup2(null, i);
	if (null > 2)
		close(null);
	if (chdir("/") < 0)
		return; /* it stays where it is */
}

/* What the launcher inherited or opened is not the janitor's to keep open: locks, pipes,
 * the other end of a profile. */
static void close_others(int fd)
{
	if (fd > 3)
		syscall(SYS_close_range, 3U, (unsigned)fd - 1, 0U);
	syscall(SYS_close_range, (unsigned)fd + 1, ~0U, 0U);
}

static int grant_host(
	struct janitor *j, const char *display, const char *address, struct err *e)
{
	if (x11_admit_host(display, address, &j->grants[j->n_grants], e) < 0)
		return -1;
	j->n_grants++;
	return 0;
}

static int grant_cookie(struct janitor *j, const char *display, const char *number,
	enum x_access access, struct buf *cookie, struct err *e)
{
	bool found = false;

	if (access == X_COOKIE) {
		if (x11_cookie(display, number, cookie, &found, e) < 0)
			return -1;
		return found ? 0
			     : err_set(e, 0, "the cookie of display %s is gone", display);
	}
	if (x11_admit_cookie(display, number, 60, cookie, &j->grants[j->n_grants], e) < 0)
		return -1;
	j->n_grants++;
	return 0;
}

static int grant(struct janitor *j, const cJSON *o, struct buf *cookie, struct err *e)
{
	const char *display = json_str(o, "display"), *number = json_str(o, "number");
	enum x_access access = (enum x_access)json_num(o, "access", 0);
	enum xhost_mode xhost = (enum xhost_mode)json_num(o, "xhost", 0);
	AUTO_FREE char *user =
		xasprintf("SI:localuser:#%u", (unsigned)json_num(o, "uid", 0));

	if (!display || !number || j->n_grants)
		return err_set(e, EPROTO, "bad grant");
	if ((access == X_AUTH || access == X_COOKIE) &&
		grant_cookie(j, display, number, access, cookie, e) < 0)
		return -1;
	if ((access == X_LOCALUSER || xhost == XHOST_USER) &&
		grant_host(j, display, user, e) < 0)
		return -1;
	if ((access == X_LOCAL || xhost == XHOST_LOCAL) &&
		grant_host(j, display, "LOCAL:", e) < 0)
		return -1;
	return 0;
}

static void answer(struct janitor *j, char asked, const char *text, size_t n)
{
	struct err e = {0};
	AUTO_JSON cJSON *o = json_parse(text, n, &e);
	AUTO_BUF struct buf reply = {0}, cookie = {0};

	if (!o || (asked == LEDGER_MSG_X ? grant(j, o, &cookie, &e)
					 : janitor_forward(j, o, &e)) < 0) {
		buf_addf(&reply, "%c%s", LEDGER_MSG_ERROR, e.msg);
	} else {
		buf_addc(&reply, LEDGER_MSG_OK);
		buf_add(&reply, buf_str(&cookie), cookie.n);
	}
	if (send(j->fd, reply.p, reply.n, MSG_NOSIGNAL) < 0) {
		/* the launcher is gone: the next recv says so */
	}
}

/* The lock on the record, which comes first, is held by staying open. */
static void keep(const struct cmsghdr *c, struct ledger_holds *holds)
{
	size_t n = c ? (c->cmsg_len - CMSG_LEN(0)) / sizeof(int) : 0;

	holds->n = n > 1 && n - 1 <= LEDGER_HOLDS_MAX ? n - 1 : 0;
	if (holds->n)
		memcpy(holds->v, CMSG_DATA(c) + sizeof(int), holds->n * sizeof(int));
}

static ssize_t receive_first(int fd, char *message, struct ledger_holds *holds)
{
	union {
		struct cmsghdr head;
		char room[LEDGER_CONTROL];
	} control;
	struct iovec part = {message, LEDGER_MSG_MAX};
	struct msghdr m = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control};
	ssize_t n;

	do
		n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		keep(CMSG_FIRSTHDR(&m), holds);
	return n;
}

/* Waits for a launch, which may never come; its words live as long as this process. */
static bool begin(struct janitor *j)
{
	char *message = xmalloc(LEDGER_MSG_MAX);
	ssize_t n = receive_first(j->fd, message, &j->holds);
	const cJSON *o;

	if (n < 1 || *message != LEDGER_MSG_BEGIN)
		return false;
	o = json_parse(message + 1, (size_t)n - 1, NULL);
	free(message);
	j->id = json_str(o, "id");
	j->file = json_str(o, "file");
	j->record.url = xstrdup(json_str(o, "url"));
	j->record.keep = json_bool(o, "keep", false);
	j->record.place = json_bool(o, "place", false);
	json_read_strv(json_get(o, "forwards"), &j->record.forwards);
	j->making = json_bool(o, "making", false);
	return j->record.url && j->id && j->file;
}

/* How the launcher ended: its last word, or 0 = it just died. */
static int serve(struct janitor *j)
{
	char *message = xmalloc(LEDGER_MSG_MAX);
	int how = 0;
	ssize_t n;

	while (!how && (n = recv(j->fd, message, LEDGER_MSG_MAX, 0)) != 0) {
		if (n < 0 && errno != EINTR)
			break;
		if (n < 0)
			continue;
		if (*message == LEDGER_MSG_X || *message == LEDGER_MSG_FORWARD)
			answer(j, *message, message + 1, (size_t)n - 1);
		else if (*message == LEDGER_MSG_MAKING || *message == LEDGER_MSG_MADE)
			j->making = *message == LEDGER_MSG_MAKING;
		else if (*message == LEDGER_MSG_KEEP)
			j->record.keep = true;
		else
			how = (unsigned char)*message;
	}
	free(message);
	return how;
}

static void end_grants(struct janitor *j)
{
	while (j->n_grants)
		x11_admission_end(j->grants[--j->n_grants]);
}

_Noreturn void janitor_run(int fd)
{
	struct janitor j = {.fd = fd};
	bool done = true;
	int how;

	close_others(fd); /* before leave_session keeps the terminal */
	leave_session();
	log_init(LOG_QUIET);
	if (!begin(&j))
		_exit(0);
	engine_hold(j.record.url);
	how = serve(&j);
	if (how == LEDGER_MSG_DETACH)
		done = janitor_wait_for_end(&j);
	j.record.detached = how == LEDGER_MSG_DETACH;
	if (!how)
		terminal_unwatch();
	end_grants(&j); /* first: the engine may be long in coming */
	janitor_close(&j);
	if (how != LEDGER_MSG_CLEAN)
		done = done && janitor_undo(&j);
	done = done && janitor_leave_place(&j);
	undo_files(j.file, j.id, &j.record);
	if (done) /* else the next start sweeps */
		unlink(j.file);
	engine_leave();
	_exit(0);
}
