/* SPDX-License-Identifier: MIT */
/* The option that says by which keys a terminal is left. */
#ifndef CNNRUN_CLI_DETACH_KEYS_H
#define CNNRUN_CLI_DETACH_KEYS_H

#include "cli/option/option.h"

#define DETACH_KEYS_NAME "detach-keys"
/* Its row in a table of options. */
#define DETACH_KEYS_OPT                                                                  \
	.name = DETACH_KEYS_NAME, .arg = "KEYS",                                         \
	.about = "what leaves it running (ctrl-p,ctrl-q, or as docker's config says)"

/* *out is what was given, borrowed; NULL = nothing. */
int detach_keys_given(const struct opts *o, const char **out, struct err *e);

#endif
