/* SPDX-License-Identifier: MIT */
/* cnnrun.lock: what a profile's containers were made of, and whether they still are. */
#ifndef CNNRUN_LAUNCH_LOCK_LOCK_H
#define CNNRUN_LAUNCH_LOCK_LOCK_H

#include "base/json.h"
#include "engine/engine.h"
#include "plan/resolved.h"

/* Of one profile, an "entry": the plan, and of each container its image, what that is
 * built from, and its packages. See docs/lock.md. */

/* What can be told without an engine. s is the resolved plan, its inputs open. The caller
 * deletes. */
int lock_print(
	const struct plan *p, const struct resolved *s, cJSON **entry, struct err *e);
/* Adds what only the engine knows, once the images are made: s has their ids. */
int lock_add_images(struct engine *g, const struct plan *p, const struct resolved *s,
	cJSON *entry, struct err *e);

/* The project's file, which may not be there (*all = NULL). The caller deletes. */
int lock_read(const char *project, cJSON **all, struct err *e);
/* Its entry of a profile, by key; NULL = none. Borrowed. */
const cJSON *lock_entry(const cJSON *all, const char *key);
/* Puts it there, in place of what was there, and takes from entry what is for comparing
 * alone. all may be NULL. */
int lock_write(const char *project, const cJSON *all, const char *key, cJSON *entry,
	struct err *e);

struct lock_change {
	const char *kind;                   /* "package", "base" … */
	char *container, *name, *from, *to; /* from or to NULL = there is none */
	char *words;                        /* one line for people */
};
struct lock_changes {
	struct lock_change *v;
	size_t n;
};
/* What of now is not as it was then. What now does not tell counts as the same. */
void lock_compare(const cJSON *then, const cJSON *now, struct lock_changes *out);
/* Of one container alone; service NULL = the main one. */
void lock_compare_packages(const char *service, const cJSON *then, const cJSON *now,
	struct lock_changes *out);
void lock_changes_free(struct lock_changes *c);
#define AUTO_CHANGES __attribute__((cleanup(lock_changes_free)))

/* Refuses, each difference told, when s is not what entry says. */
int lock_check(const cJSON *entry, const struct plan *p, const struct resolved *s,
	struct err *e);

/* What an image has to be. */
struct locked {
	const char *id; /* NULL = any */
	char *ref;      /* the name and digest to pull; NULL = it is built */
};
/* That of p's container. For a build whose image is not there what it starts from is held
 * to its digests, in the opened inputs of s, or refused; anew: as if it were not. The
 * caller frees ref. */
int lock_image(struct engine *g, const cJSON *entry, const struct plan *p,
	struct resolved *s, bool anew, struct locked *out, struct err *e);
/* The image that there is now: the very one, or one of the same packages. */
int lock_verify(struct engine *g, const cJSON *entry, const struct plan *p,
	const struct resolved *s, struct err *e);

/* For the parts of this: a container's object in an entry, NULL = none. */
const cJSON *lock_container(const cJSON *entry, const struct plan *p);

#endif
