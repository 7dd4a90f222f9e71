/* SPDX-License-Identifier: MIT */
/* Which container the words of a command mean. */
#ifndef CNNRUN_CLI_OWN_H
#define CNNRUN_CLI_OWN_H

#include "cli/option/option.h"
#include "launch/own.h"

enum own_which { OWN_RUNNING, OWN_ALL, OWN_BOXES };

/* The container a command is about: name, or, when that is NULL, the only one of the
 * project of the working directory. *id is the caller's. */
int own_find(struct engine *g, const char *name, enum own_which which, char **id,
	struct err *e);
/* Appends the words of the command that is to run there: those that follow the first
 * n_taken, or a shell's. */
void own_command(const struct opts *o, size_t n_taken, struct strv *command);

#endif
