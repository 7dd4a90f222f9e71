/* SPDX-License-Identifier: MIT */
/* Options: one table per command or profile that is parsed, printed as help and turned
 * into shell completion. */
#ifndef CNNRUN_CLI_OPTION_H
#define CNNRUN_CLI_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

struct opt {
	const char *name;  /* long name, without the dashes */
	char letter;       /* short name, 0 = none */
	const char *arg;   /* what the help calls its value, "URL"; NULL = a switch */
	const char *about; /* one line */
	bool many;         /* every value counts, not only the last */
	bool negatable;    /* a switch that can be given as --no-NAME */
	bool yields; /* a profile may have an option of this name or letter instead */
	char holds;  /* the letter means it only where that is in the value, 0 = always:
			-v SRC:DST is --volume, -v alone --verbose */
};

/* Options that belong together. Of two groups with the same name or letter, the first is
 * asked. */
struct opt_group {
	const char *title; /* of its part of the help */
	const struct opt *v;
	size_t n;
};

/* One option as it was given. */
struct opt_given {
	const struct opt *opt;
	const char *text; /* value, NULL for a switch */
	bool on;          /* false: --no-NAME */
};

/* The outcome of parsing; all text is borrowed from argv. Zero-initialise. */
struct opts {
	struct opt_given *given;
	size_t n_given;
	const char **args; /* what is no option, before "--"; NULL-terminated once n_args
			      > 0 */
	size_t n_args;
	char *const
		*rest; /* what follows "--", NULL-terminated; NULL = there was no "--" */
	bool help;     /* --help was seen; parsing ended there */
};
void opts_free(struct opts *o);
#define AUTO_OPTS __attribute__((cleanup(opts_free)))

/* How arguments and options may mix. */
enum opt_order {
	OPT_ANYWHERE,   /* options may follow arguments */
	OPT_FIRST_ENDS, /* the first argument ends the options: "exec box ls -l" */
};

/* argv is NULL-terminated. Errors have code ERR_USAGE and name the nearest option. */
int opts_parse(struct opts *out, const struct opt_group *groups, size_t n_groups,
	enum opt_order order, char *const *argv, struct err *e);
/* Parses what argv begins with as long as it is options of these groups, --help included.
 * Returns how many words that are: argv[n] is an argument, "--", an option of somebody
 * else, or NULL. */
int opts_leading(struct opts *out, const struct opt_group *groups, size_t n_groups,
	char *const *argv);

bool opt_on(const struct opts *o, const char *name);
/* The last value given, NULL = none. */
const char *opt_text(const struct opts *o, const char *name);
/* A whole number between min and max; fallback when the option was not given. */
int opt_int(const struct opts *o, const char *name, int min, int max, int fallback,
	int *out, struct err *e);

/* NULL = no such option in these groups. */
const struct opt *opt_by_name(
	const struct opt_group *groups, size_t n_groups, const char *name, size_t length);
const struct opt *opt_by_letter(
	const struct opt_group *groups, size_t n_groups, char letter);

/* The help text of the groups: a title and aligned lines for each that is not empty. */
void opts_help(struct buf *out, const struct opt_group *groups, size_t n_groups);

/* The same as data: [{"title", "options": [{"name", "letter", "arg", "about", ...}]}].
 * The caller deletes. */
cJSON *opts_json(const struct opt_group *groups, size_t n_groups);

/* The nearest candidate when it is near enough to be a slip of the finger, else NULL.
 * Candidates are n strings. */
const char *suggest(const char *given, const char *const *candidates, size_t n);

#endif
