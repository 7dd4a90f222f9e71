/* SPDX-License-Identifier: MIT */
/* What a janitor knows of its launch, and what it does once the launcher is gone. */
#ifndef CNNRUN_LAUNCH_JANITOR_H
#define CNNRUN_LAUNCH_JANITOR_H

#include "host/x11/x11.h"
#include "launch/ledger/ledger.h"

struct janitor {
	int fd;
	const char *id, *file; /* of the message it began with */
	struct record record;  /* borrows from there as well */
	bool making; /* the engine may be making something that nobody has seen yet */
	struct ledger_holds holds;
	struct x11_admission *grants[3];
	size_t n_grants;
};

/* Waits until the detached container has ended, whatever becomes of the engine. false: it
 * is out of reach for too long. */
bool janitor_wait_for_end(const struct janitor *j);
/* Undoes what is there and what still comes. false: the engine did not answer to the end.
 */
bool janitor_undo(struct janitor *j);

#endif
