/* SPDX-License-Identifier: MIT */
/* A subcommand: its name, options, help and function together, one file each. */
#ifndef CNNRUN_CLI_COMMAND_H
#define CNNRUN_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "cli/option/option.h"
#include "engine/engine.h"
#include "right/right.h"

/* One call of cnnrun: what holds for every command. */
struct cli {
	const char *host, *context; /* --host, --context; NULL = not given */
	const char *on;             /* --on, which is one of these too */
	const char *partition;      /* of --on slurm, "" = any; NULL = not given */
	char *cluster;              /* of --on ssh://LOGIN+slurm: ssh://LOGIN, or NULL */
	char *url;                  /* of the engine, once it was looked for */
	struct engine *engine;      /* opened by cli_engine, closed by cli_main */
	char *traceback;            /* of a profile's error, for --verbose; may be NULL */
	char *allow_command;  /* "cnnrun allow ..." that grants what this call asks */
	struct rights *bound; /* what the profile of this call may ask for; NULL = any */
	bool declined;        /* the user said No to a question of this call */
	struct progress_view *news; /* of a build or pull that is going on; NULL = none */
};

struct command {
	const char *name;
	const char *usage;   /* what follows the name: "[-f] [NAME]" */
	const char *about;   /* one line, without a full stop */
	const char *details; /* more for --help; may be NULL */
	struct opt_group options;
	enum opt_order order;
	/* The options depend on a profile: exec gets all words unparsed, as o->rest. */
	bool profile;
	bool container; /* it takes the container options as well */
	bool internal;  /* nobody types it: no list and no completion has it */
	/* Exit status, or -1 with e set. */
	int (*run)(struct cli *c, const struct opts *o, struct err *e);
};

extern const struct command *const commands[];
extern const size_t n_commands;
extern const struct opt_group global_options;
/* Of commands that take a profile, and of those that make a container of it. */
extern const struct opt_group image_options, container_options;
/* allow's --right, which no profile may have: refusals name it. */
extern const struct opt_group allow_right;

extern const struct command command_run, command_plan, command_build, command_exec,
	command_node_run, command_enter, command_start, command_ps, command_logs,
	command_attach, command_stop, command_clean, command_list, command_init,
	command_allow, command_deny, command_fetch, command_test, command_doctor,
	command_completion, command_version, command_help, command_lock, command_export,
	command_jobs, command_cancel, command_node_exec, command_job_take,
	command_job_give;

enum { COMMAND_GROUPS = 4 };
/* The groups of options that c takes, profile aside, its own first. Returns how many. */
size_t command_groups(const struct command *c, struct opt_group groups[COMMAND_GROUPS]);
const struct command *command_find(const char *name); /* NULL = none */

/* Everything between argv and the exit status. */
int cli_main(int argc, char **argv);
/* Tells an error and gives back the status to exit with. */
int cli_fail(const struct cli *c, int status, const struct err *e);
/* Takes over the global options that were given. */
void cli_globals(struct cli *c, const struct opts *o);
/* Takes over which engine is asked for. */
void cli_take_engine(struct cli *c, const struct opts *o);
/* The engine that was asked for, connected; the same one each time. */
int cli_engine(struct cli *c, struct engine **out, struct err *e);
struct engine_facts;
/* What resolve may know of it: with ask it is asked, where it answers; else where its
 * socket would be. */
void cli_facts(struct cli *c, bool ask, struct engine_facts *out);
/* *url is the address of the engine that was asked for, where it is another machine's;
 * else NULL. -1: what was typed leads nowhere. */
int cli_elsewhere(struct cli *c, const char **url, struct err *e);
/* Tells a usage error about words that the command does not take. */
int cli_no_more(const struct opts *o, size_t max_args, struct err *e);

void help_command(struct buf *out, const struct command *c);
void help_all(struct buf *out);
cJSON *help_json(const struct command *c); /* the caller deletes */
/* Writes and empties a buffer: standard output as a whole, once. */
int print_out(struct buf *b, struct err *e);
/* Writes j as indented JSON, where all of it is UTF-8: others read other bytes as U+FFFD,
 * and so for the name of another file. */
int print_json(const cJSON *j, struct err *e);

#endif
