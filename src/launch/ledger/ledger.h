/* SPDX-License-Identifier: MIT */
/* The ledger: what a launch makes is undone by a janitor process that outlives it. */
#ifndef CNNRUN_LAUNCH_LEDGER_H
#define CNNRUN_LAUNCH_LEDGER_H

#include "base/buf.h"
#include "engine/engine.h"
#include "launch/ledger/record.h"
#include "plan/resolved.h"

/* Everything a launch makes in the engine carries the label LABEL_LAUNCH=ledger_id(), so
 * it can be found before its creation was even answered. What it makes in the X server
 * belongs to the janitor's connection. The record of that name in the runtime directory
 * tells later launches to sweep when the janitor itself was killed.
 */
struct ledger;
enum { LEDGER_HOLDS_MAX = 64 };

/* Descriptors that hold something for as long as the launch goes on: the janitor has them
 * as well, and they are the launcher's to close. */
struct ledger_holds {
	int v[LEDGER_HOLDS_MAX];
	size_t n;
};

/* Writes the record and forks the janitor. r is copied, holds too. */
int ledger_open(const struct record *r, const struct ledger_holds *holds,
	struct ledger **out, struct err *e);
const char *ledger_id(const struct ledger *l);
/* A directory for files of this launch, removed at its end; not made yet. The caller
 * frees. */
char *ledger_files(const struct ledger *l);
#define LEDGER_FILES ".files" /* appended to the id's file */

/* Has the janitor grant what x asks for. cookie gets the bytes of an Xauthority file
 * where x->cookie_path is set. */
int ledger_admit_x(
	struct ledger *l, const struct resolved_x *x, struct buf *cookie, struct err *e);

/* Has the janitor open ways between here and a far engine's machine, words of
 * engine/forward.h, and close them at the end. */
int ledger_forward(struct ledger *l, const struct strv *words, struct err *e);
/* The name of the launch's directory beside a far engine. The caller frees. */
char *ledger_place(const char *id);

/* Is the engine at work on something that has no answer yet? It finishes that also for a
 * client that died, so the janitor looks longer. */
void ledger_making(struct ledger *l, bool making);

/* Poll for POLLHUP: the janitor was killed. ledger_mend() then puts another in its place,
 * with the same host grants; -1 = it cannot. */
int ledger_fd(const struct ledger *l);
int ledger_mend(struct ledger *l);

enum ledger_end {
	LEDGER_CLEAN, /* the launcher removed its container: X grants end, nothing else */
	LEDGER_DETACH, /* the container lives on: undo after its end */
	LEDGER_STAYS,  /* its container is to be kept from now on, and needs no janitor */
	LEDGER_UNDO,   /* something may be left: undo now */
};
/* Returns when the janitor is gone for LEDGER_CLEAN, else at once. Without this call, by
 * whatever death, the janitor undoes everything. */
void ledger_close(struct ledger *l, enum ledger_end end);

/* Leaves the rest of a dead launch, of that record, to a janitor: what the engine was at
 * work on when the launch died may be there only in a moment. lock is the record's. */
int ledger_leave(const char *file, const char *id, const struct record *r, int lock,
	struct err *e);

/* The janitor's process; never returns. fd is its end of the ledger. */
_Noreturn void janitor_run(int fd);

/* Has this launch of the user no process any more? */
bool ledger_is_dead(const char *id);

/* What goes over the ledger's socket, one datagram each. */
enum {
	LEDGER_MSG_BEGIN = 'B',   /* JSON of what is to be watched; lock and holds */
	LEDGER_MSG_X = 'X',       /* JSON of the grant */
	LEDGER_MSG_FORWARD = 'F', /* JSON of the words */
	LEDGER_MSG_OK = 'K',      /* reply: cookie bytes */
	LEDGER_MSG_ERROR = 'E',   /* reply: message */
	LEDGER_MSG_MAKING = 'M',
	LEDGER_MSG_MADE = 'A',
	LEDGER_MSG_KEEP = 'P',
	LEDGER_MSG_CLEAN = 'C',
	LEDGER_MSG_DETACH = 'D',
	LEDGER_MSG_LEAVE = 'L', /* the launch died long ago */
};
#define LEDGER_MSG_MAX 65536
#define LEDGER_CONTROL CMSG_SPACE((1 + LEDGER_HOLDS_MAX) * sizeof(int))

#endif
