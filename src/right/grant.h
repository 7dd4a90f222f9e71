/* SPDX-License-Identifier: MIT */
/* What the user granted to one profile in one project, on this machine or one other: a
 * file each in $XDG_STATE_HOME/cnnrun/grants, where no project reaches. The project
 * counts because image, modules and relative paths come from it: a checkout whose
 * cnnrun.lua is a link to a profile that was allowed elsewhere gains nothing. */
#ifndef CNNRUN_RIGHT_GRANT_H
#define CNNRUN_RIGHT_GRANT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/strv.h"
#include "right/right.h"

/* Whom a grant is for. */
struct grantee {
	const char *path;        /* real path of the profile */
	const char *project;     /* the directory its relative paths refer to */
	const struct kvs *files; /* what was evaluated: path, SHA-256 */
	const char *engine; /* address of another machine's; NULL = those of this one */
};

struct grant {
	char *path, *project, *engine; /* of the grantee */
	struct rights rights;
	size_t n_lost;    /* rights of a file of the first form that nobody can tell */
	struct kvs files; /* as they were when the user said yes */
	int64_t when;     /* seconds since 1970 */
};
void grant_free(struct grant *g);
#define AUTO_GRANT __attribute__((cleanup(grant_free)))

/* Reads the text of a grant's file, which may be damaged. out is zero-initialised. */
int grant_parse(const char *text, size_t n, struct grant *out, struct err *e);
/* The file's content. The caller deletes. */
cJSON *grant_json(const struct grant *g);
/* Is this file of the grantee another one, or new, since the user said yes? */
bool grant_changed(const struct grant *g, const struct kv *file);

/* The store. A file of it that is damaged, a link, or not the user's alone is no grant; a
 * warning says so. */

/* 1 = there is one, 0 = none. */
int grant_read(const struct grantee *who, struct grant *out);
/* Adds rights to what they may do, as their files are now. Safe beside other writers. */
int grant_add(const struct grantee *who, const struct rights *rights, struct err *e);
/* Forgets what the profile at this real path was granted, in whatever project; NULL = all
 * profiles. engine: there only; NULL = anywhere. *n = how many grants that were. */
int grants_forget(const char *path, const char *engine, size_t *n, struct err *e);
/* All of them, by path. *out is the caller's (grants_free). */
int grants_list(struct grant **out, size_t *n, struct err *e);
void grants_free(struct grant *v, size_t n);

#endif
