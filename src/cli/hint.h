/* SPDX-License-Identifier: MIT */
/* Errors of a command line that end in the line to type in place of it. */
#ifndef CNNRUN_CLI_HINT_H
#define CNNRUN_CLI_HINT_H

#include "cli/command.h"

/* Adds the line that runs an image without a profile of its own: of words, the first n
 * are options, the others the command. */
void image_hint(struct err *e, const char *image, char *const *words, size_t n);
/* The words behind a profile (name, NULL = the project's own) hold one that is no option:
 * an image, or the command, whose options are not ours. Where there is none, e stays. -1.
 */
int stray_word(char *const *words, const struct command *cmd, const char *name,
	const struct opt_group *groups, size_t n_groups, struct err *e);
/* The profile was not found, as e says. That matters less than an option nobody knows;
 * and it may be an image, as for docker. -1. */
int profile_not_found(
	const struct command *cmd, const char *name, char *const *words, struct err *e);
/* argv without the word at index skip, -1 = with all; the caller frees the list, not the
 * words. */
char **words_without(char *const *argv, int skip);

#endif
