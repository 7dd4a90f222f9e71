/* SPDX-License-Identifier: MIT */
#include "launch/gate/line.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "hold/hold.h"
#include "launch/gate/gate.h"
#include "launch/gate/kept.h"
#include "launch/ledger/owner.h"

#define PREFIX HOLD_SOCKET "-" /* before the process id of who listens */

/* What killed ones left. */
static void remove_dead(const char *gate)
{
	DIR *d = opendir(gate);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		pid_t pid;

		if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) != 0)
			continue;
		pid = (pid_t)strtol(entry->d_name + strlen(PREFIX), NULL, 10);
		if (pid == getpid() || (kill(pid, 0) < 0 && errno == ESRCH))
			unlinkat(dirfd(d), entry->d_name, 0);
	}
	if (d)
		closedir(d);
}

void line_open(struct line *l, const struct kvs *labels, bool sized, struct strv *command)
{
	const char *gate = kvs_get(labels, LABEL_GATE);
	const char *launch = kvs_get(labels, LABEL_LAUNCH);
	AUTO_FREE char *dir = launch ? gate_kept_dir(launch) : NULL;
	AUTO_FREE char *name = xasprintf(PREFIX "%d", (int)getpid());
	struct strv words = {0};
	struct err e = {0};

	*l = (struct line){.listener = -1, .fd = -1};
	if (!gate || !dir || !gate_takes(command)) {
		gate_enter(labels, sized, command);
		return;
	}
	remove_dead(dir);
	l->listener = gate_listen(dir, name, &e);
	if (l->listener < 0) {
		log_debug("no line to the command: %s", e.msg);
		gate_enter(labels, sized, command);
		return;
	}
	l->path = xasprintf("%s/%s", dir, name);
	strv_addf(&words, "%s/%s", gate, sized ? HOLD_LINE HOLD_SIZED : HOLD_LINE);
	strv_add(&words, name);
	for (size_t i = 0; i < command->n; i++)
		strv_add(&words, command->v[i]);
	strv_free(command);
	*command = words;
}

bool line_signal(struct line *l, int number)
{
	unsigned char byte = (unsigned char)number;

	if (l->fd < 0 && l->listener >= 0)
		l->fd = accept4(l->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	return l->fd >= 0 && send(l->fd, &byte, 1, MSG_NOSIGNAL) == 1;
}

void line_let_go(struct line *l)
{
	line_signal(l, 0);
}

void line_close(struct line *l)
{
	if (l->path)
		unlink(l->path);
	free(l->path);
	if (l->fd >= 0)
		close(l->fd);
	if (l->listener >= 0)
		close(l->listener);
	*l = (struct line){.listener = -1, .fd = -1};
}
