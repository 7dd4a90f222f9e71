/* SPDX-License-Identifier: MIT */
/* Which of two capabilities, in the words of resolved_capabilities, is the wider one. */
#ifndef CNNRUN_PLAN_COVERS_H
#define CNNRUN_PLAN_COVERS_H

#include <stdbool.h>

#include "base/strv.h"

/* What the words of a right begin with that a link of the project leads to. The profile
 * did not say it: it is the repository's wish, whoever the profile came from. */
#define BY_LINK "follow a link of the project and "
bool capability_by_link(const char *words);

/* Does having granted include wanted? Then a profile that asks for wanted in its place
 * asks for less: reading where writing was granted, one GPU of all. */
bool capability_covers(const char *granted, const char *wanted);
/* Does one of granted include it? */
bool capability_in(const struct strv *granted, const char *wanted);

#endif
