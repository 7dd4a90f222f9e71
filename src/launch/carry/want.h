/* SPDX-License-Identifier: MIT */
/* The files that are to come home, and what became of them. */
#ifndef CNNRUN_LAUNCH_CARRY_WANT_H
#define CNNRUN_LAUNCH_CARRY_WANT_H

#include "launch/carry/bring.h"

struct carry_want {
	char *path;
	struct carry_entry here, came; /* as it was on this side, as it is now */
	bool was_here, beside, home;
	int64_t size;
};

struct carry_wants {
	struct carry_want *v;
	size_t n;
	int64_t bytes;
	size_t over;         /* those beyond what comes unasked … */
	int64_t over_bytes;  /* … and their bytes */
	size_t home, moving; /* came; were being written just then */
	int64_t home_bytes;
};

/* there: how it is over there; here NULL = it is not on this side. false: it is beyond
 * what comes unasked. */
bool carry_want(struct carry_wants *l, const struct carry_entry *there,
	const struct carry_entry *here, bool beside, bool all);
/* Fetches them. A file that cannot be written here is said, and stays over there. */
int carry_wants_fetch(struct carry_wants *l, struct carry_work *w, struct err *e);
void carry_wants_free(struct carry_wants *l);

#endif
