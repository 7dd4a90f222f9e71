/* SPDX-License-Identifier: MIT */
#include "launch/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/path.h"
#include "launch/owner.h"

struct ledger {
	int fd;
	pid_t janitor;
	char id[64];
};

static void make_id(char *id, size_t n, pid_t janitor, unsigned nonce)
{
	snprintf(id, n, "%d-%llu-%06x", (int)janitor, process_start(janitor),
		nonce & 0xffffff);
}

bool ledger_is_dead(const char *id)
{
	int pid;
	unsigned long long start;

	return sscanf(id, "%d-%llu-", &pid, &start) != 2 || process_start(pid) != start;
}

/* The file is empty: its name says all, so it is there whole or not at all. */
static char *make_file(const char *dir, const char *id)
{
	char *path = xasprintf("%s/%s", dir, id);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd >= 0)
		close(fd);
	return path;
}

int ledger_open(const char *engine_url, bool keep, struct ledger **out, struct err *e)
{
	struct ledger *l;
	AUTO_FREE char *dir = NULL, *file = NULL;
	unsigned nonce = 0;
	int pair[2];
	pid_t pid;

	if (runtime_dir(&dir, e) < 0)
		return -1;
	if (getrandom(&nonce, sizeof nonce, 0) != sizeof nonce)
		nonce = (unsigned)getpid();
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return err_errno(e, "socketpair");
	l = xcalloc(1, sizeof *l);
	pid = fork();
	if (pid < 0) {
		close(pair[0]);
		close(pair[1]);
		free(l);
		return err_errno(e, "fork");
	}
	if (pid == 0) {
		close(pair[0]);
		make_id(l->id, sizeof l->id, getpid(), nonce);
		file = make_file(dir, l->id);
		janitor_run(pair[1], engine_url, l->id, keep, file);
	}
	close(pair[1]);
	l->fd = pair[0];
	l->janitor = pid;
	make_id(l->id, sizeof l->id, pid, nonce);
	*out = l;
	return 0;
}

const char *ledger_id(const struct ledger *l)
{
	return l->id;
}

static cJSON *grant_request(const struct spec_x *x)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddStringToObject(o, "display", x->display);
	cJSON_AddStringToObject(o, "number", x->number);
	cJSON_AddNumberToObject(o, "access", x->access);
	cJSON_AddNumberToObject(o, "xhost", x->xhost);
	cJSON_AddNumberToObject(o, "uid", x->host_uid);
	return o;
}

int ledger_grant_x(
	struct ledger *l, const struct spec_x *x, struct buf *cookie, struct err *e)
{
	AUTO_JSON cJSON *request = grant_request(x);
	AUTO_FREE char *text = json_text(request, false);
	AUTO_FREE char *message = xasprintf("%c%s", LEDGER_MSG_X, text);
	AUTO_FREE char *reply = xmalloc(LEDGER_MSG_MAX);
	ssize_t n;

	if (send(l->fd, message, strlen(message), MSG_NOSIGNAL) < 0)
		return err_errno(e, "the janitor is gone");
	do
		n = recv(l->fd, reply, LEDGER_MSG_MAX, 0);
	while (n < 0 && errno == EINTR);
	if (n < 1)
		return err_set(e, EPIPE, "the janitor is gone");
	if (*reply == LEDGER_MSG_ERROR)
		return err_set(e, 0, "%.*s", (int)n - 1, reply + 1);
	buf_add(cookie, reply + 1, (size_t)n - 1);
	return 0;
}

void ledger_close(struct ledger *l, enum ledger_end end)
{
	char message = end == LEDGER_CLEAN ? LEDGER_MSG_CLEAN : LEDGER_MSG_DETACH;

	if (!l)
		return;
	if (send(l->fd, &message, 1, MSG_NOSIGNAL) < 0) {
		/* it is gone already; the next start sweeps */
	}
	close(l->fd);
	if (end == LEDGER_CLEAN)
		while (waitpid(l->janitor, NULL, 0) < 0 && errno == EINTR)
			;
	free(l);
}
