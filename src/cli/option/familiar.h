/* SPDX-License-Identifier: MIT */
/* Words of docker's command line, and what to type for them. */
#ifndef CNNRUN_CLI_FAMILIAR_H
#define CNNRUN_CLI_FAMILIAR_H

#include <stdbool.h>

#include "base/err.h"

/* What a profile writes for a word: scripts/words.lua makes the table of
 * scripts/cnnrun/familiar.lua. Ends with a NULL word. */
struct familiar_word {
	const char *word, *answer;
};
extern const struct familiar_word familiar_words[];

/* Adds what to do about an option that is none here, by its name without the dashes;
 * false = nothing is known of it. */
bool familiar_option(const char *name, struct err *e);
bool familiar_letter(char letter, struct err *e);
/* What to type for a command of docker's or compose's; NULL = it is none. */
const char *familiar_command(const char *word);
/* Could a user mean an image by it? */
bool familiar_is_image(const char *word);

#endif
