/* SPDX-License-Identifier: MIT */
/* The porter at work on a volume: see porter/porter.h. */
#ifndef CNNRUN_LAUNCH_CARRY_PORTER_H
#define CNNRUN_LAUNCH_CARRY_PORTER_H

#include "engine/engine.h"
#include "engine/stream.h"
#include "launch/carry/entry.h"
#include "launch/ledger/ledger.h"

/* How to reach one that is in no container: begins it, ends it. */
struct porter_way {
	int (*begin)(void *ctx, struct stream **out, struct err *e);
	void (*end)(void *ctx);
	void *ctx;
};

/* Where, and whose what it puts there is. */
struct porter_place {
	const struct porter_way *way; /* NULL = in a container: */
	struct engine *g;
	struct ledger *ledger;
	const char *volume, *source; /* source: of this machine */
	const char *name;            /* of the container it works for */
	const char *userns;          /* the porter's, and not always that container's */
	uid_t uid, gid;              /* as the porter sees them */
};

struct porter;
/* *unsure, also of porter_close(): something may be left that only the janitor finds. */
int porter_open(
	struct porter **out, const struct porter_place *at, bool *unsure, struct err *e);
void porter_close(struct porter *p); /* NULL is fine */

/* all: what is there already becomes the owner's, too. */
int porter_own(struct porter *p, bool all, struct err *e);
/* Begins to put one thing; porter_data() sends its entry->size bytes. */
int porter_put(struct porter *p, const struct carry_entry *entry, struct err *e);
int porter_data(struct porter *p, const void *data, size_t n, struct err *e);
int porter_drop(struct porter *p, const char *path, struct err *e);
/* Returns once all of this is done. */
int porter_sync(struct porter *p, struct err *e);

/* Begins a list; porter_next is a carry_source, of a struct porter. *partly: not all
 * could be looked at; once it has ended. */
int porter_list(struct porter *p, struct err *e);
int porter_next(void *porter, struct carry_entry *out, struct err *e);
bool porter_partly(const struct porter *p);

/* Asks for a file; several may be asked for, and come in that order. */
int porter_ask(struct porter *p, const char *path, struct err *e);
/* *entry is how it is; *why what keeps it from being sent, then nothing is to be read. */
int porter_file(struct porter *p, struct carry_entry *entry, int *why, struct err *e);
int porter_read(struct porter *p, void *to, size_t n, struct err *e);
/* After all of its bytes. *changed: while it was read. */
int porter_file_end(struct porter *p, bool *changed, struct err *e);

#endif
