/* SPDX-License-Identifier: MIT */
/* What only export k8s has. */
#ifndef CNNRUN_CLI_FILE_EXPORT_H
#define CNNRUN_CLI_FILE_EXPORT_H

#include "cli/evaluate.h"
#include "plan/resolved.h"

/* Labels of nodes and their values, of every such option. */
int export_nodes(
	const struct opts *o, const struct opt *option, struct kvs *nodes, struct err *e);
/* With --locked: the images of ev's plan become those of cnnrun.lock, by their digests,
 * or it is refused. */
int export_pin(struct evaluation *ev, const struct resolved *s, struct err *e);

#endif
