/* SPDX-License-Identifier: MIT */
/* The way out of a container that has no network but a list of hosts: a process on this
 * side, which answers sockets of the container's own loopback. The container's first
 * program opens them and hands them over before it becomes the command, so nothing of the
 * container's knows a way to the filter but by what these sockets are told. Nobody
 * forwards anything in there, and nothing else leads out: without the filter there is
 * no network. */
#ifndef CNNRUN_LAUNCH_FILTER_H
#define CNNRUN_LAUNCH_FILTER_H

#include <sys/types.h>

#include "launch/gate/gate.h"
#include "launch/ledger/ledger.h"

#define FILTER_PROXY "http://127.0.0.1:3128" /* as the container is told */
#define FILTER_DNS   "127.0.0.53"

struct filter {
	pid_t pid; /* 0 = it does not run */
	int news;  /* what it says */
	int life;  /* ends with the launch; 0 = none */
};

/* For a plan that lists hosts: what goes with the launch is added to holds. */
int filter_prepare(struct filter *f, const struct resolved *s, struct ledger_holds *holds,
	struct err *e);
/* Starts it; it waits at the gate for the container. */
int filter_begin(
	struct filter *f, const struct gate *g, const struct resolved *s, struct err *e);
/* Poll for POLLIN; -1 = there is none. */
int filter_fd(const struct filter *f);
/* Tells the user what it has said. */
void filter_hear(struct filter *f);
/* Ends it, with its sum; or leaves it to what was added to holds. Fine where there is
 * none. */
void filter_end(struct filter *f, bool detached);

/* The filter's process; so many ports it gets. */
struct filter_fds {
	int news, life, listener;
};
_Noreturn void filter_run(
	const struct filter_fds *fds, const struct strv *rules, size_t n_ports);

#endif
