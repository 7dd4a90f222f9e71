/* SPDX-License-Identifier: MIT */
/* One build on its way: its inputs, its bases and what is remembered of it. */
#ifndef CNNRUN_LAUNCH_BUILDING_H
#define CNNRUN_LAUNCH_BUILDING_H

#include "build/inputs.h"
#include "build/reach.h"
#include "engine/image.h"
#include "plan/progress.h"

#define RECORDS "stamps" /* of builds, in the user's cache: see record.c */

struct building {
	struct engine *g;
	const struct build_inputs *in;
	const struct progress_sink *sink;
	const struct asker *who;
	struct plan_build b; /* the plan's, borrowed; a stand-in takes its base's place */
	char *base;          /* what b borrows then */
	struct kvs args;     /* as well */
	struct image tagged; /* what was found by the tag, if it was asked for */
	struct kvs
		ids; /* of the images asked for so far: reference → id, "" = not there */
	struct kvs onbuild; /* what those do to builds that start from them, as lines */
	struct strv
		refused; /* registries whose logins the build wanted and may not use */
	char *missing; /* an image that a step takes from and that could not be had … */
	struct err why; /* … for this reason; NULL = none */
};

/* The id of an image by its name, asked for once a build; "" = not there. *id is
 * borrowed. */
int building_id(struct building *w, const char *ref, const char **id, struct err *e);

/* Is it for several platforms? Then the build itself pulls what it starts from. */
bool building_platforms(const struct building *w);

/* Makes sure that all is there that the Dockerfile starts from, or the stand-in, and what
 * its steps take from where it can be had: pulled with the user's credentials, which a
 * build cannot use. */
int images_fetch(struct building *w, struct err *e);

/* Was built made from one of the images that were asked for? The engine looks up their
 * names again, and somebody may have given one to another image meanwhile. */
int bases_check(struct building *w, const struct image *built, struct err *e);

/* What the build may ask for while it runs. Freed by offer_free(). */
struct offering {
	struct build_offer offer;
	bool wanted;              /* it may ask for something at all */
	struct build_reach reach; /* of its Dockerfile */
	struct build_secret *secrets;
	struct build_tree *trees;
	struct build_cache *caches;
	struct strv images; /* that a cache may come from */
	struct buf *values;
};
int offer_make(struct building *w, struct offering *o, struct err *e);
void offer_free(struct offering *o);

/* Sends the inputs. cancel as for image_build(). *id is the caller's. */
int building_send(
	struct building *w, const volatile int *cancel, char **id, struct err *e);

/* The last build of this tag from this context on this engine: is it what stamp stands
 * for, of bases that are the same, and still what the tag names? *id = NULL: no. */
int record_find(struct building *w, const char *stamp, char **id, struct err *e);
/* Without a record the next build is asked of the engine: slower, not wrong. */
void record_keep(struct building *w, const char *stamp, const char *id);

#endif
