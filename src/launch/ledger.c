/* SPDX-License-Identifier: MIT */
#include "launch/ledger.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "launch/launch.h"
#include "launch/owner.h"

struct ledger {
	int fd;
	pid_t janitor;
	char id[64];
	char *file; /* of that name in the runtime directory */
	char *url;  /* of the engine */
	bool keep;
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

/* A janitor that has nothing to do yet; pid 0 = none. */
static struct {
	int fd;
	pid_t pid;
} standby;

static int fork_janitor(struct err *e)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return err_errno(e, "socketpair");
	standby.pid = fork();
	if (standby.pid < 0) {
		err_errno(e, "fork");
		close(pair[0]);
		close(pair[1]);
		standby.pid = 0;
		return -1;
	}
	if (standby.pid == 0) {
		close(pair[0]);
		janitor_run(pair[1]);
	}
	close(pair[1]);
	standby.fd = pair[0];
	return 0;
}

void launch_prepare(void)
{
	struct err why;

	if (!standby.pid && fork_janitor(&why) < 0)
		log_debug("%s", why.msg); /* the launch will try again and say it */
}

static int write_file(const struct ledger *l, bool detached, struct err *e)
{
	AUTO_JSON cJSON *o = cJSON_CreateObject();
	AUTO_FREE char *text = NULL;

	cJSON_AddStringToObject(o, "url", l->url);
	cJSON_AddBoolToObject(o, "keep", l->keep);
	cJSON_AddBoolToObject(o, "detached", detached);
	text = json_text(o, false);
	return file_write(l->file, text, strlen(text), 0600, e);
}

static int begin(const struct ledger *l, struct err *e)
{
	AUTO_JSON cJSON *o = cJSON_CreateObject();
	AUTO_FREE char *text = NULL, *message = NULL;

	cJSON_AddStringToObject(o, "url", l->url);
	cJSON_AddStringToObject(o, "id", l->id);
	cJSON_AddStringToObject(o, "file", l->file);
	cJSON_AddBoolToObject(o, "keep", l->keep);
	text = json_text(o, false);
	message = xasprintf("%c%s", LEDGER_MSG_BEGIN, text);
	if (write_file(l, false, e) < 0)
		return -1;
	if (send(l->fd, message, strlen(message), MSG_NOSIGNAL) < 0) {
		err_errno(e, "the janitor is gone");
		unlink(l->file);
		return -1;
	}
	return 0;
}

static void ledger_free(struct ledger *l)
{
	free(l->file);
	free(l->url);
	free(l);
}

int ledger_open(const char *engine_url, bool keep, struct ledger **out, struct err *e)
{
	struct ledger *l;
	AUTO_FREE char *dir = NULL;
	unsigned nonce = 0;

	if (runtime_dir(&dir, e) < 0)
		return -1;
	if (getrandom(&nonce, sizeof nonce, 0) != sizeof nonce)
		nonce = (unsigned)getpid();
	if (!standby.pid && fork_janitor(e) < 0)
		return -1;
	l = xcalloc(1, sizeof *l);
	l->fd = standby.fd;
	l->janitor = standby.pid;
	standby.pid = 0;
	make_id(l->id, sizeof l->id, l->janitor, nonce);
	l->file = xasprintf("%s/%s", dir, l->id);
	l->url = xstrdup(engine_url);
	l->keep = keep;
	if (begin(l, e) < 0) {
		close(l->fd);
		ledger_free(l);
		return -1;
	}
	*out = l;
	return 0;
}

const char *ledger_id(const struct ledger *l)
{
	return l->id;
}

char *ledger_files(const struct ledger *l)
{
	return xasprintf("%s%s", l->file, LEDGER_FILES);
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
	if (end == LEDGER_DETACH)
		write_file(l, true, NULL);
	if (end != LEDGER_UNDO && send(l->fd, &message, 1, MSG_NOSIGNAL) < 0) {
		/* it is gone already; the next start sweeps */
	}
	close(l->fd);
	if (end == LEDGER_CLEAN)
		while (waitpid(l->janitor, NULL, 0) < 0 && errno == EINTR)
			;
	ledger_free(l);
}
