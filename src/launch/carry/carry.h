/* SPDX-License-Identifier: MIT */
/* Carried directories: copies of them in volumes of the engine's, which may be on another
 * machine. What this side changed goes over before a container starts, what it changed
 * comes home at its end. */
#ifndef CNNRUN_LAUNCH_CARRY_H
#define CNNRUN_LAUNCH_CARRY_H

#include "engine/engine.h"
#include "launch/launch.h"
#include "launch/ledger/ledger.h"

/* Those of a launch, its services' too. */
struct carries;
/* *out = NULL where nothing is carried. That they are in use is added to holds. */
int carries_open(struct carries **out, struct engine *g, const struct resolved *s,
	const struct launch_events *events, struct ledger_holds *holds, struct err *e);
/* Those of s, which is the launch's or a service's of it, whose owner is known by now.
 * *unsure: as for porter_open(). */
int carries_over(struct carries *c, struct ledger *ledger, const struct resolved *s,
	bool *unsure, struct err *e);
/* A container has started, and may change them. c may be NULL, as below. */
void carries_used(struct carries *c);
/* Its end; lives: a container goes on. Else what changed comes home; -1, and it is said,
 * where something cannot. *c is NULL then. */
int carries_end(struct carries **c, struct ledger *ledger, const char *name, bool lives,
	bool *unsure);
void carries_close(struct carries **c);

/* Brings home what the engine has of the project's container of this name, else of the
 * project, or, where word is not NULL, of the container or profile that it means. *n =
 * how many directories there are; all are tried, e is of the last that failed. */
struct carry_request {
	const char *name, *project, *word; /* project may be NULL */
	bool all;                          /* however much it is */
	bool over;                         /* what changed here goes over as well */
	bool ended;                        /* the container was stopped just now */
	bool last;                         /* it is about to be removed */
};
int carry_fetch(struct engine *g, const struct carry_request *r,
	const struct launch_events *events, size_t *n, struct err *e);
/* The same for one that stays or was stopped, by its name and labels; what cannot come is
 * said. */
enum carry_when { CARRY_ENTER, CARRY_LEAVE, CARRY_END, CARRY_REMOVE };
void carry_again(struct engine *g, const char *name, const struct kvs *labels,
	enum carry_when when, const struct progress_sink *news,
	void (*news_end)(void *ctx));

/* The volume was removed. */
void carry_forget(const char *url, const char *volume);
/* Is something in the volume that did not come home? *source, the caller's, is where to.
 */
bool carry_awaited(const char *url, const char *volume, char **source);

#endif
