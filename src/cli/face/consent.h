/* SPDX-License-Identifier: MIT */
/* The user is asked whether a profile may do what it wants. */
#ifndef CNNRUN_CLI_CONSENT_H
#define CNNRUN_CLI_CONSENT_H

#include "cli/command.h"
#include "launch/allow.h"

/* allow() of wanted, with a question on the terminal where there is one; after a No not
 * again. */
int consent_allow(struct cli *c, const struct rights *wanted,
	const struct profile_source *src, struct err *e);

/* "  - use all GPUs  (granted)" of each; missing are those that are not, NULL = no marks.
 */
void add_rights(struct buf *b, const struct rights *rights, const struct rights *missing);

#endif
