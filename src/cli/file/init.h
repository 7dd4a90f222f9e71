/* SPDX-License-Identifier: MIT */
/* What a first profile is made of. */
#ifndef CNNRUN_CLI_INIT_H
#define CNNRUN_CLI_INIT_H

#include "base/buf.h"
#include "cli/option/option.h"

/* Adds the profile that --from's value and the files behind it come to: a line of docker
 * run, scripts, a Dockerfile. *next gets what to do before it can run, as words of a
 * sentence, and the command to type. The text is converted in the jail. */
int init_from(const struct opts *o, struct buf *text, struct buf *next, struct err *e);

#endif
