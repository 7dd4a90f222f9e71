/* SPDX-License-Identifier: MIT */
/* What the user granted to one profile in one project: a file each in
 * $XDG_STATE_HOME/cnnrun/grants, where no project reaches. The project counts because
 * image, modules and relative paths come from it: a checkout whose cnnrun.lua is a link
 * to a profile that was allowed elsewhere gains nothing. */
#ifndef CNNRUN_LAUNCH_GRANT_H
#define CNNRUN_LAUNCH_GRANT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "base/strv.h"
#include "profile/profile.h"

struct grant {
	char *path;       /* real path of the profile */
	char *project;    /* the directory its relative paths refer to */
	struct strv can;  /* in the words of resolved_capabilities */
	struct kvs files; /* what was evaluated when the user said yes: path, SHA-256 */
	int64_t when;     /* seconds since 1970 */
};
void grant_free(struct grant *g);
#define AUTO_GRANT __attribute__((cleanup(grant_free)))

/* Reads the text of a grant's file, which may be damaged. out is zero-initialised. */
int grant_parse(const char *text, size_t n, struct grant *out, struct err *e);
/* The file's content. The caller deletes. */
cJSON *grant_json(const struct grant *g);
/* What of wanted the grant does not include. */
void grant_missing(
	const struct grant *g, const struct strv *wanted, struct strv *missing);
/* The first file that is another one, or new, since the user said yes; borrowed, NULL =
 * none. */
const char *grant_changed(const struct grant *g, const struct profile_source *src);

/* The store. A file of it that is damaged, a link, or not the user's alone is no grant; a
 * warning says so. */

/* 1 = there is one, 0 = none. */
int grant_read(const struct profile_source *src, struct grant *out);
/* Adds can to what src may do, as the files of src are now. Safe beside other writers. */
int grant_add(const struct profile_source *src, const struct strv *can, struct err *e);
/* Forgets what the profile at this real path was granted, in whatever project; NULL = all
 * profiles. *n = how many grants that were. */
int grants_forget(const char *path, size_t *n, struct err *e);
/* All of them, by path. *out is the caller's (grants_free). */
int grants_list(struct grant **out, size_t *n, struct err *e);
void grants_free(struct grant *v, size_t n);

#endif
