/* SPDX-License-Identifier: MIT */
/* From the words of a command line to a plan: find the profile, evaluate it, give it its
 * options. */
#ifndef CNNRUN_CLI_EVALUATE_H
#define CNNRUN_CLI_EVALUATE_H

#include "cli/answers.h"
#include "cli/command.h"
#include "cli/option/profile_options.h"
#include "plan/plan.h"
#include "profile/profile.h"

/* What becomes of the plan. */
enum action {
	ACTION_RUN,
	ACTION_BUILD, /* its image is made, nothing runs */
	ACTION_NONE,  /* nothing: the profile did its work by cnn.run; there is no plan */
};

struct evaluation {
	struct cli *cli;
	struct profile_source src;
	struct profile *profile;
	struct answers answers;
	struct door door;
	struct rights typed; /* by --right, for this run alone */
	struct rights bound; /* what it may ask for; counts where cli->bound is it */
	cJSON *about;        /* the profile's description */
	struct profile_options own;
	char **words;     /* the command line without the profile's name */
	struct opts opts; /* cnnrun's and the profile's, of all words */
	struct plan plan; /* what was said on the command line included */
	enum action action;
	/* Recorded: the place from which on it depends on what runs, "" = its end; NULL =
	 * it does not. */
	char *cut;
};
void evaluation_free(struct evaluation *ev);
#define AUTO_EVALUATION __attribute__((cleanup(evaluation_free)))

/* words is NULL-terminated: options, at most one profile, "--" and a command. acting says
 * whether cnn.run and cnn.exec may act. Returns 0 with the plan, 1 when only help was
 * asked for (and printed), or -1. ev is zero-initialised. */
int evaluate(struct evaluation *ev, struct cli *c, const struct command *cmd,
	char *const *words, enum answer_mode acting, struct err *e);

enum { RESERVED_GROUPS = 8 };
/* The options that no profile may have as its own, of every command, so that a profile
 * works with all of them or with none. Returns how many groups. */
size_t evaluation_reserved(struct opt_group reserved[RESERVED_GROUPS]);

/* What its user typed and it says of itself counts again, after that of another. */
void evaluation_again(struct evaluation *ev);

/* Its steps that are about what the profile may ask for, and what it does ask for. */
int evaluation_bound(struct evaluation *ev, struct err *e);
int evaluation_typed(struct evaluation *ev, struct err *e);
int evaluation_plan(struct evaluation *ev, struct err *e);
/* The words that grant what this call, of a profile by that name, asks for: those that
 * can make a difference. The caller frees. */
char *allow_command(const struct evaluation *ev, const char *name);

/* With --locked: the profile's entry of cnnrun.lock, borrowed from *all, which is the
 * caller's; else *entry stays. */
int locked_entry(
	const struct evaluation *ev, cJSON **all, const cJSON **entry, struct err *e);

/* What --env, --name, --detach … and a command after "--" change in the plan. */
int apply_overrides(struct plan *p, const struct opts *o, struct err *e);
/* Of a script that starts all its containers itself: such words would be in vain. */
int refuse_overrides(const struct opts *o, const char *shown, struct err *e);
/* What is for all that a profile starts by itself as well. */
int apply_to_all(struct plan *p, const struct opts *o, struct err *e);

#endif
