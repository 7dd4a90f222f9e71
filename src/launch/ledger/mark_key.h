/* SPDX-License-Identifier: MIT */
/* The key of this user's marks. */
#ifndef CNNRUN_LAUNCH_MARK_KEY_H
#define CNNRUN_LAUNCH_MARK_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct mark_key {
	uint8_t bytes[32];
};

/* false: there is none yet, so that nothing is marked. */
bool mark_key_read(struct mark_key *out);
/* Makes it where there is none. Safe beside others that do. */
int mark_key_ensure(struct mark_key *out, struct err *e);

#endif
