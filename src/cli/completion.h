/* SPDX-License-Identifier: MIT */
/* Completion scripts, made from the tables of commands and options. */
#ifndef CNNRUN_CLI_COMPLETION_H
#define CNNRUN_CLI_COMPLETION_H

#include "base/buf.h"
#include "cli/command.h"

void completion_bash(struct buf *out);
void completion_zsh(struct buf *out);
void completion_fish(struct buf *out);

/* What the arguments of a command are. */
enum argument {
	ARGUMENT_NONE,
	ARGUMENT_PROFILE,
	ARGUMENT_CONTAINER,
	ARGUMENT_COMMAND,
	ARGUMENT_SHELL
};
enum argument completion_argument(const struct command *c);

/* Text between single quotes of a POSIX shell, or of fish. */
void add_single_quoted(struct buf *out, const char *text, bool fish);

#endif
