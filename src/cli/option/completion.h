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
	ARGUMENT_ENDED,     /* a container that may have ended */
	ARGUMENT_AT_WORK,   /* a container or a job that runs */
	ARGUMENT_LOGGED,    /* or a job that may have */
	ARGUMENT_JOB,       /* that has not ended */
	ARGUMENT_JOB_ENDED, /* that may have */
	ARGUMENT_COMMAND,
	ARGUMENT_FILE,
	ARGUMENT_SHELL
};
enum argument completion_argument(const struct command *c);
/* A shell's commands that print the names of such; NULL = no names of that kind. */
const char *completion_names(enum argument kind);

/* "COMMAND) OPEN options CLOSE" of every command, and of none, for a shell's case. */
void add_option_cases(struct buf *out, const char *open, const char *close,
	void (*add)(struct buf *out, const struct opt_group *groups, size_t n));

/* Text between single quotes of a POSIX shell, or of fish. */
void add_single_quoted(struct buf *out, const char *text, bool fish);

/* The first word of export, before a profile. */
#define COMPLETION_KINDS(between)                                                        \
	"docker" between "compose" between "devcontainer" between "k8s"

#endif
