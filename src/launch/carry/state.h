/* SPDX-License-Identifier: MIT */
/* What is known of a carried directory and its copy on one engine: a directory each among
 * the user's state. */
#ifndef CNNRUN_LAUNCH_CARRY_STATE_H
#define CNNRUN_LAUNCH_CARRY_STATE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/strv.h"

struct carry_state {
	char *dir, *list; /* of it; the list of what both sides agreed on last */
	char *url, *volume, *source;
	char *project, *profile, *name; /* of the run that had it last */
	char *userns;
	struct strv only; /* paths of it that may come home; none = all */
	uid_t uid, gid;   /* whose the files there are, as the porter sees them */
	bool known;       /* all this was read, and is no default */
	bool open;        /* something may be there that is not in the list: */
	bool going;       /* of what was on its way over, and nothing else */
	bool comes;       /* what changes there comes home */
	bool stays;       /* a container that may start again by itself has it */
	int users;        /* a shared lock for as long as a run may use it, -1 */
	int lock;         /* for as long as files are carried, -1 */
};

/* "cnnrun-NAME-0123456789ab": one a directory, user and machine. The caller frees. */
char *carry_volume(const char *source);

/* Where there is none yet it is made. Then it is in use. */
int carry_state_open(
	struct carry_state *st, const char *url, const char *source, struct err *e);
/* The same of a copy that is in no volume; copy: its name. */
int carry_state_open_copy(struct carry_state *st, const char *url, const char *copy,
	const char *source, struct err *e);
/* It is in use until it is closed. */
int carry_state_use(struct carry_state *st, struct err *e);
int carry_state_keep(const struct carry_state *st, struct err *e);
/* Waits for whoever is at it. */
int carry_state_lock(struct carry_state *st, struct err *e);
void carry_state_unlock(struct carry_state *st);
/* Is nobody else's run using it? Ours does not count. */
bool carry_state_alone(const struct carry_state *st);
/* After files came home; whole: all that were to come. Nothing is awaited then, unless
 * something may still change it. */
int carry_state_settle(struct carry_state *st, bool whole, struct err *e);
void carry_state_remove(const struct carry_state *st);
void carry_state_close(struct carry_state *st);

/* Calls on_state for each, until one returns -1; what it does not keep is closed. */
int carry_states(int (*on_state)(void *ctx, struct carry_state *st), void *ctx);

#endif
