/* SPDX-License-Identifier: MIT */
/* The engine of a node: that which the user named, which the node has, or Podman started
 * for one task. */
#ifndef CNNRUN_BATCH_RUNNER_H
#define CNNRUN_BATCH_RUNNER_H

#include <sys/types.h>

#include "base/err.h"

struct runner {
	char *url;
	/* Of a service of ours, else 0 and NULL: */
	pid_t pid; /* its processes are a group */
	char *socket, *log;
	int held; /* a connection, without which it ends as one that nobody uses */
};

/* For the job that was frozen in dir. */
int runner_find(struct runner *r, const char *dir, struct err *e);
void runner_end(struct runner *r);

/* Has Podman listen for this user, on this node and no longer than it is used. */
int podman_serve(struct runner *r, const char *program, struct err *e);
/* Connected, where somebody answers and this user may ask; else -1. */
int socket_try(const char *path);

#endif
