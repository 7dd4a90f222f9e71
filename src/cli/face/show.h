/* SPDX-License-Identifier: MIT */
/* Plans for people, on standard output. */
#ifndef CNNRUN_CLI_SHOW_H
#define CNNRUN_CLI_SHOW_H

#include "cli/evaluate.h"
#include "plan/resolved.h"
#include "right/right.h"

/* The plan as JSON, without what is secret. The caller deletes. */
cJSON *plan_shown(const struct plan *p);
/* What a run would do, in words; no engine is asked. Gives back the exit status. */
int show_plan(struct evaluation *ev, struct err *e);
/* Prints which rights are not granted to src (+), which are beyond these (-), and which
 * files changed since (~). 0 = nothing of these, 1 = something. */
int show_diff(
	const struct profile_source *src, const struct rights *rights, struct err *e);
/* The text of a plan and its resolved plan (NULL = it runs nothing), with its services;
 * recorded are the runs that the profile wants to do by itself, rights what all of them
 * need, and shares[i] what the main container (0) and its services need of these. */
void show_tree(struct buf *out, const struct profile_source *src, const struct plan *p,
	const struct resolved *s, const struct strv *recorded,
	const struct rights *rights, const struct rights *shares);

/* Builds the image of an evaluated profile and prints tag and id. */
int build_plan(struct evaluation *ev, struct err *e);

#endif
