/* SPDX-License-Identifier: MIT */
/* What a run asks and tells, on this terminal. */
#ifndef CNNRUN_CLI_HOOKS_H
#define CNNRUN_CLI_HOOKS_H

#include "cli/command.h"
#include "launch/run.h"

/* c must outlive them. */
struct run_hooks terminal_hooks(struct cli *c);

#endif
