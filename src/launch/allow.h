/* SPDX-License-Identifier: MIT */
/* May a profile do what it wants? What came with cnnrun may do what it says; of any other
 * profile each right must have been granted by the user, to the profile at this path, and
 * so must for either what the directory it runs in makes of it: what links of the project
 * lead to, what is no project, what its Dockerfile does on the host's network. */
#ifndef CNNRUN_LAUNCH_ALLOW_H
#define CNNRUN_LAUNCH_ALLOW_H

#include <stdbool.h>

#include "base/err.h"
#include "profile/profile.h"
#include "right/grant.h"
#include "right/question.h"

struct consent {
	/* The user says yes (now and from now on). NULL = nobody can be asked. */
	bool (*ask)(void *ctx, const struct question *q);
	void *ctx;
	const char *command; /* what to type to grant it: "cnnrun allow …" */
	/* The command grants what can be foreseen; this could not be: it has to name it.
	 */
	bool spelled;
	const struct rights *bound; /* nothing beyond these; NULL = none is set */
};

/* On whose behalf something is done that may have to be asked for. */
struct asker {
	const struct profile_source *src;
	const struct consent *how;
};

/* What the user typed for this process, beside what is granted; borrowed. */
void allow_typed(const struct rights *typed);

/* Adds what of wanted needs a grant at all. */
void allow_needed(const struct rights *wanted, const struct profile_source *src,
	struct rights *needed);
/* A yes is kept as a grant. -1: it is not allowed, and e says how to allow it. */
int allow(const struct rights *wanted, const struct profile_source *src,
	const struct consent *how, struct err *e);
/* Is what is needed within what the profile itself says is all (NULL = it does not)? */
int allow_bounded(const struct rights *needed, const struct rights *bound,
	const struct profile_source *src, struct err *e);
/* The part that holds for everything that acts, a build too: nobody else may be able to
 * change the profile. */
int allow_source(const struct profile_source *src, struct err *e);
/* Adds what is wanted and not granted yet. */
void allow_missing(const struct rights *wanted, const struct profile_source *src,
	struct rights *missing);
/* Whom a grant of src is for; borrowed from it. */
struct grantee allow_grantee(const struct profile_source *src);

#endif
