/* SPDX-License-Identifier: MIT */
/* The host's end of a jailed profile. Nothing that arrives here is trusted. */
#ifndef CNNRUN_PROFILE_HOST_H
#define CNNRUN_PROFILE_HOST_H

#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "profile/profile.h"

/* Per phase (description, plan, one event): */
enum {
	ASK_MAX = 2000,        /* requests; of one that steers, at once */
	ASK_RATE = 1000,       /* and so many a second */
	PRINT_MAX = 256 << 10, /* bytes printed */
};
#define MESSAGE_MAX ((size_t)8 << 20)  /* one message */
#define PHASE_MAX   ((size_t)32 << 20) /* all messages; all files that are read */

/* Exit status of a child that could not give up its powers. */
enum { CHILD_NOT_JAILED = 99 };

enum listen { LISTEN_START = 1, LISTEN_LOG = 2, LISTEN_EXIT = 4 };

struct profile {
	struct profile_source *src;
	struct profile_limits limits;
	pid_t pid; /* 0 = ended and reaped */
	int fd;
	struct buf in;   /* what has arrived */
	size_t scanned;  /* bytes of it known to hold no newline */
	bool sealed;     /* the child said that its system call filter is in force */
	bool asked;      /* the child waits for our answer */
	bool steers;     /* see profile_let_steer() */
	int64_t paid_us; /* until when its requests are paid for then */
	bool setup;      /* past the description: run and exec are allowed */
	unsigned listens;
	struct {
		double left; /* seconds it may still compute */
		unsigned asks;
		size_t bytes, printed, read;
	} phase;
	char *traceback;
	char *cut; /* see profile_cut() */
	bool broken;
};

/* link.c: messages over the socket. */

/* Waits for the next message on the child's clock. On -1 the child is dead, reaped and
 * its end named in e. */
int link_read(struct profile *p, cJSON **message, struct err *e);
/* Answers {"ok":value} (NULL = null) or, when why is set, {"err":…,"code":…}. */
int link_reply(
	struct profile *p, const cJSON *value, const struct err *why, struct err *e);
/* Kills the child and says why: "gui.lua: " and the text. -1. */
int link_kill(struct profile *p, struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* death.c: the child's end in one line. */

/* Reaps the child (killing it first if it does not end by itself) and names its end. -1.
 */
int death_name(struct profile *p, struct err *e);
int death_by_time(struct profile *p, struct err *e);
/* From the child's own last words {"kind","message","traceback"}. -1. */
int death_by_error(struct profile *p, const cJSON *words, struct err *e);
/* Kills and reaps; nothing is said. */
void death_quiet(struct profile *p);

/* request.c: what is answered without asking anybody, and what may be asked at all. */

/* 0 = answered into *reply, -1 = answered with why, 1 = not one of these. */
int request_answer(struct profile *p, const char *op, const cJSON *args, cJSON **reply,
	struct err *why);

/* Is op something to ask d->answer, and now? 0 = yes. acts: on the world. */
int request_allow(const struct profile *p, const char *op, bool *acts, struct err *why);

/* module.c: the text of a required module: {"text","shown"}. from: the file that requires
 * it, as shown (NULL = unknown). */
int module_read(struct profile *p, const char *name, const char *from, cJSON **reply,
	struct err *why);
/* Reads a file of the project; relative to it unless absolute. Links may not lead out, at
 * whatever moment. *real is the caller's; st is of the file that was read. */
int project_read(struct profile *p, const char *path, struct buf *out, char **real,
	struct stat *st, struct err *why);

/* describe.c: is what the child calls its description one? Makes its texts printable. */
int description_check(const struct profile *p, cJSON *about, struct err *e);

#endif
