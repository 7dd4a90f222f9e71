/* SPDX-License-Identifier: MIT */
/* A plan is carried out in one call: resolved, allowed, its image made, launched. */
#ifndef CNNRUN_LAUNCH_RUN_H
#define CNNRUN_LAUNCH_RUN_H

#include "launch/allow.h"
#include "launch/launch.h"

struct run_request {
	const struct plan *plan;
	const struct profile_source *src; /* whose grants count */
	bool rebuild;                     /* whatever the stamps say */
	bool push;                        /* run_build: what was built */
	bool fresh;                       /* a box is made anew */
	const cJSON *locked;        /* entry of cnnrun.lock to keep to; NULL = none */
	const struct launch_io *io; /* NULL = fds 0, 1 and 2 */
};

/* What a run asks and tells whoever started it. */
struct run_hooks {
	struct consent consent;      /* the question */
	struct progress_sink news;   /* of a build or a pull; event NULL = none wanted */
	void (*news_end)(void *ctx); /* of news.ctx: no more comes; NULL = no matter */
	const struct launch_events *events; /* of the container; NULL = none wanted */
};

/* What stands before the launch of a plan: it is resolved, allowed, its image made. */
struct run_ready {
	struct resolved s;
	struct rights now;
};
int run_prepare(struct engine *g, const struct run_request *r, const struct run_hooks *h,
	struct run_ready *out, struct err *e);
/* *status is the container's exit status; on failure what cnnrun should exit with. */
int run_launch(struct engine *g, const struct run_request *r, const struct run_hooks *h,
	struct run_ready *ready, int *status, struct err *e);
void run_ready_free(struct run_ready *r);
#define AUTO_READY __attribute__((cleanup(run_ready_free)))
/* Both. */
int run_plan(struct engine *g, const struct run_request *r, const struct run_hooks *h,
	int *status, struct err *e);
/* Only makes the image, once it is allowed to. *id is the caller's. */
int run_build(struct engine *g, const struct run_request *r, const struct run_hooks *h,
	char **id, struct err *e);
/* The same, and what it is all made of, as lock/lock.h has it. *entry is the caller's,
 * whatever is returned. */
int run_lock(struct engine *g, const struct run_request *r, const struct run_hooks *h,
	cJSON **entry, struct err *e);
/* May the profile go on? Not once a mount's source has been exchanged under a launch of
 * it: ESTALE, whatever it caught. */
int run_check(struct err *e);
/* That has happened, in another process. */
void run_moved(void);

#endif
