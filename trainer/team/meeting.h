/* SPDX-License-Identifier: MIT */
/* What meet.c and lead.c share. */
#ifndef TRAINER_TEAM_MEETING_H
#define TRAINER_TEAM_MEETING_H

#include "team/meet.h"
#include "team/wire.h"

#include <stdint.h>

enum { MAGIC = 0x636e6e74, VERSION = 1, NEWS = 400, REPORT = -1, HASTE = 5 };

/* First message on every connection. lane REPORT: a rank reports to rank 0. All machines
 * of a team have one byte order, or the magic number is wrong. */
struct hello {
	uint32_t magic, version;
	int32_t rank, world, local_rank, lane, port;
};

/* Rank 0's answer: where the successor listens (family 0: it is rank 0 itself), or why
 * there is no team. */
struct answer {
	uint32_t magic;
	union address next;
	char refusal[NEWS];
};

struct meeting {
	struct ring *ring;
	const struct place *place;
	const char *name; /* MASTER_ADDR */
	union address master[ADDRESSES], found;
	int masters, port, listener, seconds;
	double deadline;
	/* of rank 0, by rank */
	int *reported;
	union address *where;
};

/* lead.c, rank 0: waits for all ranks and tells each where its successor is; *next is
 * where its own is. -1 with e set when there is no team: whoever reported is told why. */
int lead(struct meeting *m, union address *next, struct err *e);

#endif
