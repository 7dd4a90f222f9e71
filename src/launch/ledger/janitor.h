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

/* What one more message asks to be opened. */
int janitor_forward(struct janitor *j, const cJSON *words, struct err *e);
/* The same as before, after another login. */
void janitor_forward_again(const struct janitor *j);
/* Closes all that, as far as the login lives; else it is closed. */
void janitor_close(struct janitor *j);
/* Removes what there is of it over there. false: that machine is out of reach. */
bool janitor_leave_place(const struct janitor *j);
/* Waits until the detached container has ended, whatever becomes of the engine. false: it
 * is out of reach for too long. */
bool janitor_wait_for_end(const struct janitor *j);
/* Undoes what is there and what still comes. false: the engine did not answer to the end.
 */
bool janitor_undo(struct janitor *j);

#endif
