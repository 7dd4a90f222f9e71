/* SPDX-License-Identifier: MIT */
/* A launch's gate: a directory that is mounted into its container, with the program that
 * the container begins with (src/hold) and the plan that this judges the mounts by. The
 * engine looks a mount's source up by itself, and what it finds there the container shows
 * only once it runs: so it is judged there, each time before the command starts. */
#ifndef CNNRUN_LAUNCH_GATE_H
#define CNNRUN_LAUNCH_GATE_H

#include "base/buf.h"
#include "plan/resolved.h"

struct gate {
	char *dir;            /* NULL = there is none */
	bool there;           /* in the container, of an engine elsewhere */
	int listener, caller; /* for the container's report and with it; -1 */
	int tie;              /* see gate_tie(); -1 */
};

#define GATE_NONE                                                                        \
	{                                                                                \
		.listener = -1, .caller = -1, .tie = -1                                  \
	}

/* Makes a gate for the launch of that id and has the container of s begin with it. One
 * that goes with the launch lies below dir, that of a container which may outlive it
 * among the user's state. Nothing is done where s does not know its image's program. url
 * is the engine's; NULL = a program that has no address, and makes a /dev of its own. */
int gate_make(struct gate *g, struct resolved *s, const char *dir, const char *id,
	const char *url, struct err *e);
/* The same for an engine that sees no directory of this machine: its files are put into
 * the container, which nothing is judged in, for no mount is this machine's. Only where
 * something rests on the program: nobody reports from there. */
int gate_send(struct gate *g, struct resolved *s, const char *id, struct err *e);
/* What the container of s runs, once it has begun; -1 = nothing says it. */
int gate_program(const struct resolved *s, struct strv *out, struct err *e);
/* It begins with the gate at target, and goes on with the program. */
void gate_begins(struct resolved *s, const char *target, const struct strv *program);
/* What the program is called as well. */
enum { GATE_NAMES = 5 };
extern const char *const gate_names[GATE_NAMES];
/* The container ends with this process, however that ends: for one that no engine has. */
int gate_tie(struct gate *g, struct err *e);
/* One more file in it, of this name. */
int gate_put(const struct gate *g, const char *name, const void *data, size_t n,
	mode_t mode, struct err *e);
/* The variables of its command, a 0 behind each, in place of those that it is started
 * with. */
int gate_environment(const struct gate *g, const struct buf *all, struct err *e);
/* Takes it back; the mount itself is the caller's to trim. */
void gate_drop(struct gate *g, struct resolved *s);
/* Writes down where all that resolve opened lies; sized: the command begins once its
 * terminal has a size. Right before the start. */
int gate_write(const struct gate *g, const struct resolved *s, bool sized, struct err *e);
/* What has the container to say, within limit_ms? 1 = its command runs, 0 = nothing yet;
 * -1 = it does not and never did, *status is what docker gives for that: ESTALE, a
 * mount's source was exchanged. */
int gate_hear(struct gate *g, const struct resolved *s, int limit_ms, int *status,
	struct err *e);
/* How the program is to go on: the line of HOLD_PLAN after the boot's id. */
void gate_how(struct buf *plan, const struct resolved *s);
/* Frees what it holds; the directory stays. */
void gate_close(struct gate *g);

/* A socket in a gate that waits for one connection; -1. */
int gate_listen(const char *gate, const char *name, struct err *e);

/* Has one more command, in a container that has these labels, begin with its gate; sized:
 * once its terminal has a size. */
void gate_enter(const struct kvs *labels, bool sized, struct strv *command);
/* false: no engine can be sent these words. They stay as they are, and who refuses them
 * says which. */
bool gate_takes(const struct strv *command);

#endif
