/* SPDX-License-Identifier: MIT */
/* The user is asked whether a profile may do what it wants. */
#ifndef CNNRUN_CLI_CONSENT_H
#define CNNRUN_CLI_CONSENT_H

#include "cli/command.h"
#include "launch/allow.h"

/* A question on the terminal where there is one; after a No not again. */
struct consent consent_of(struct cli *c);

/* "  - use all GPUs  (granted)" of each; those that need a grant are marked (NULL =
 * none), missing are those that are not granted. */
void add_rights(struct buf *b, const struct rights *rights, const struct rights *needed,
	const struct rights *missing);

#endif
