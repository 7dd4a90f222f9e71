/* SPDX-License-Identifier: MIT */
/* A plan is carried out: resolved, allowed, its image made, launched. */
#ifndef CNNRUN_CLI_CARRY_H
#define CNNRUN_CLI_CARRY_H

#include "cli/command.h"
#include "launch/launch.h"

/* The image of p, which was resolved as s, built or pulled with its progress on stderr.
 * force builds whatever the stamps say. s gets its id. */
int carry_image(struct cli *c, const struct plan *p, struct resolved *s, bool force,
	struct err *e);

/* The facts that resolve wants, of the engine c talks to. */
int carry_facts(struct cli *c, struct engine_facts *out, struct err *e);

/* A whole launch. io may be NULL. *status is the container's exit status; on failure what
 * cnnrun should exit with. */
int carry_launch(struct cli *c, const struct plan *p, const struct profile_source *src,
	bool force, const struct launch_io *io, int *status, struct err *e);

/* Appends what the container of p could do, as carry_launch() would find it. With ask c's
 * engine is asked, where it answers, for what depends on it. */
int carry_plan_wanted(
	struct cli *c, bool ask, const struct plan *p, struct strv *can, struct err *e);

#endif
