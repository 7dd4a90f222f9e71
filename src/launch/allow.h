/* SPDX-License-Identifier: MIT */
/* May a profile do what it wants? What came with cnnrun may do what it says; of any other
 * profile each capability must have been granted by the user, to the profile at this
 * path, and so must for either what links of the project lead to. */
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

/* Appends what of wanted needs a grant at all. */
void allow_needed(
	const struct strv *wanted, const struct profile_source *src, struct strv *needed);
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
