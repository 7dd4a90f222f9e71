/* SPDX-License-Identifier: MIT */
/* The options that a profile declares, as a table like any other. */
#ifndef CNNRUN_CLI_PROFILE_OPTIONS_H
#define CNNRUN_CLI_PROFILE_OPTIONS_H

#include "base/json.h"
#include "cli/option/option.h"

enum value_type { VALUE_TEXT, VALUE_SWITCH, VALUE_NUMBER, VALUE_LIST };

struct profile_option {
	char *key; /* as the profile calls it: "stop_after" for --stop-after */
	enum value_type type;
	char *name, *arg, *about;
	char *env;       /* the variable that it is taken from, NULL = none */
	const char *got; /* what was taken from there, borrowed; NULL = nothing */
};

struct profile_options {
	struct profile_option *v; /* v[i] belongs to table[i] */
	struct opt *table;
	size_t n;
	const char *argument; /* the key of the one that a word stands for, borrowed */
};
void profile_options_free(struct profile_options *p);
#define AUTO_PROFILE_OPTIONS __attribute__((cleanup(profile_options_free)))

/* Reads the "options" of a profile's description, which is foreign: everything is
 * checked. shown names the profile in errors. */
int profile_options_read(struct profile_options *out, const cJSON *about,
	const char *shown, struct err *e);
/* Refuses a name or letter that cnnrun's own options (groups) have already. */
int profile_options_clash(const struct profile_options *p, const struct opt_group *groups,
	size_t n_groups, const char *shown, struct err *e);
struct opt_group profile_options_group(const struct profile_options *p);
/* What was given, or else is in the environment, as the profile gets it: text, true and
 * false, lists of text. Types, choices and defaults are the profile's side. The words
 * after "--" are under "args". The caller deletes. */
cJSON *profile_options_values(struct profile_options *p, const struct opts *o);

#endif
