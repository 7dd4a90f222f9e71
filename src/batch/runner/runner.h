/* SPDX-License-Identifier: MIT */
/* The engine of a node: that which the user named, which the node has, or Podman started
 * for one task. */
#ifndef CNNRUN_BATCH_RUNNER_H
#define CNNRUN_BATCH_RUNNER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

struct runner {
	char *url;       /* NULL: */
	char *apptainer; /* the program, where there is nothing else */
	/* Of a service of ours, else 0 and NULL: */
	pid_t pid; /* its processes are a group */
	char *socket, *log;
	int held; /* a connection, without which it ends as one that nobody uses */
};

/* For the job that was frozen in dir; NULL = for any. */
int runner_find(struct runner *r, const char *dir, struct err *e);
void runner_end(struct runner *r);

/* Has Podman listen for this user, on this node and no longer than it is used. */
int podman_serve(struct runner *r, const char *program, struct err *e);
/* Has it done so for this user, on this node? */
bool podman_served(void);
/* Connected, where somebody answers and this user may ask; else -1. */
int socket_try(const char *path);

#endif
