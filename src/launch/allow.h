/* SPDX-License-Identifier: MIT */
/* May a profile do what it wants? What came with cnnrun may; of any other each capability
 * must have been granted by the user, to the profile at this path. */
#ifndef CNNRUN_LAUNCH_ALLOW_H
#define CNNRUN_LAUNCH_ALLOW_H

#include <stdbool.h>

#include "base/err.h"
#include "base/strv.h"
#include "profile/profile.h"

struct question {
	const struct profile_source *src;
	const struct strv *missing; /* what is not granted yet, in words */
	size_t n_granted;           /* how many of the wanted are */
	const char
		*changed; /* a file that is not as it was when the user last said yes */
};

struct consent {
	/* The user says yes (now and from now on). NULL = nobody can be asked. */
	bool (*ask)(void *ctx, const struct question *q);
	void *ctx;
	const char *command; /* what to type to grant it: "cnnrun allow …" */
};

/* wanted is what resolved_capabilities() gives. A yes is kept as a grant. -1: it is not
 * allowed, and e says how to allow it. */
int allow(const struct strv *wanted, const struct profile_source *src,
	const struct consent *how, struct err *e);
/* The part that holds for everything that acts, a build too: nobody else may be able to
 * change the profile. */
int allow_source(const struct profile_source *src, struct err *e);
/* Appends what is wanted and not granted yet. */
void allow_missing(const struct strv *wanted, const struct profile_source *src,
	struct strv *missing);

#endif
