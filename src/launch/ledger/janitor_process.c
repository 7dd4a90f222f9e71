/* SPDX-License-Identifier: MIT */
#include "launch/ledger/janitor_process.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"

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

int janitor_start(struct janitor_process *out, struct err *e)
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

int janitor_begin(
	const struct janitor_process *s, const struct janitor_duty *d, struct err *e)
{
	AUTO_JSON cJSON *o = cJSON_CreateObject();
	AUTO_FREE char *text = NULL, *message = NULL;
	union {
		struct cmsghdr head;
		char room[LEDGER_CONTROL];
	} control = {0};
	size_t bytes = d->holds->n * sizeof(int);
	struct iovec part;
	struct msghdr m = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = CMSG_SPACE(sizeof(int) + bytes)};

	cJSON_AddStringToObject(o, "url", d->record->url);
	cJSON_AddStringToObject(o, "id", d->id);
	cJSON_AddStringToObject(o, "file", d->file);
	cJSON_AddBoolToObject(o, "keep", d->record->keep);
	cJSON_AddBoolToObject(o, "making", d->making);
	cJSON_AddBoolToObject(o, "place", d->record->place);
	cJSON_AddItemToObject(o, "forwards", json_strv(&d->record->forwards));
	text = json_text(o, false);
	message = xasprintf("%c%s", LEDGER_MSG_BEGIN, text);
	part = (struct iovec){message, strlen(message)};
	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(sizeof(int) + bytes);
	memcpy(CMSG_DATA(&control.head), &d->lock, sizeof(int));
	memcpy(CMSG_DATA(&control.head) + sizeof(int), d->holds->v, bytes);
	if (sendmsg(s->fd, &m, MSG_NOSIGNAL) < 0)
		return err_errno(e, "the janitor is gone");
	return 0;
}

bool janitor_lives(const struct janitor_process *s)
{
	char c;

	return s->pid && recv(s->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
	       errno == EAGAIN;
}

bool janitor_wait(struct janitor_process *s)
{
	int status = 0;
	pid_t pid;

	do
		pid = waitpid(s->pid, &status, 0);
	while (pid < 0 && errno == EINTR);
	close(s->fd);
	*s = (struct janitor_process){0};
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void janitor_leave(struct janitor_process *s)
{
	if (!s->pid)
		return;
	close(s->fd);
	leaving.v = xrealloc(leaving.v, (leaving.n + 1) * sizeof *leaving.v);
	leaving.v[leaving.n++] = s->pid;
	*s = (struct janitor_process){0};
}
