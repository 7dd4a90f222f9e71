/* SPDX-License-Identifier: MIT */
/* A plan is carried out: resolved, allowed, its image made, launched. */
#ifndef CNNRUN_CLI_CARRY_H
#define CNNRUN_CLI_CARRY_H

#include "cli/command.h"
#include "launch/launch.h"

/* The image of p, built or pulled with its progress on stderr. force builds whatever the
 * stamps say. *id is the caller's. */
int carry_image(
	struct cli *c, const struct plan *p, bool force, char **id, struct err *e);

/* The facts that resolve wants, of the engine c talks to. */
int carry_facts(struct cli *c, struct engine_facts *out, struct err *e);

/* A whole launch. io may be NULL. *status is the container's exit status; on failure what
 * cnnrun should exit with. */
int carry_launch(struct cli *c, const struct plan *p, const struct profile_source *src,
	bool force, const struct launch_io *io, int *status, struct err *e);

/* Adds the rights that the container of p needs, as carry_launch() would find it. With
 * ask c's engine is asked, where it answers, for what depends on it. */
int carry_plan_rights(struct cli *c, bool ask, const struct plan *p,
	struct rights *rights, struct err *e);

#endif
