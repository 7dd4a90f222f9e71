/* SPDX-License-Identifier: MIT */
/* The images that a build starts from, and those that its steps take files from. */
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "build/reach.h"
#include "engine/image.h"
#include "launch/image/base_image.h"
#include "launch/image/building.h"
#include "launch/image/pull_image.h"

static int ask(struct building *w, const char *ref, struct err *e)
{
	AUTO_IMAGE struct image image = {0};
	AUTO_BUF struct buf onbuild = {0};
	bool found = false;

	if (image_inspect(w->g, ref, &image, &found, e) < 0)
		return -1;
	kvs_set(&w->ids, ref, found ? image.id : "");
	for (size_t i = 0; i < image.onbuild.n; i++)
		buf_addf(&onbuild, "%s\n", image.onbuild.v[i]);
	kvs_set(&w->onbuild, ref, buf_str(&onbuild));
	if (found && w->b.tag && !strcmp(ref, w->b.tag)) {
		image_free(&w->tagged);
		w->tagged = image;
		image = (struct image){0};
	}
	return 0;
}

int building_id(struct building *w, const char *ref, const char **id, struct err *e)
{
	if (!kvs_get(&w->ids, ref) && ask(w, ref, e) < 0)
		return -1;
	*id = kvs_get(&w->ids, ref);
	return 0;
}

/* The base, and build arguments that name the same or another image, become the stand-in;
 * NULL only asks whether ref is such a name. */
static bool replace_base(struct building *w, const char *ref, const char *stand_in)
{
	bool base = w->b.base && !strcmp(ref, w->b.base);
	bool replaced = base;

	for (size_t i = 0; i < w->args.n; i++) {
		if (strcmp(w->args.v[i].value, ref) != 0)
			continue;
		if (stand_in)
			str_set(&w->args.v[i].value, stand_in);
		replaced = true;
	}
	if (base && stand_in) {
		str_set(&w->base, stand_in);
		w->b.base = w->base;
	}
	return replaced;
}

static int stand_in(
	struct building *w, const char *ref, const struct err *pull, struct err *e)
{
	AUTO_FREE char *made = NULL, *id = NULL;

	log_info("no registry can be reached: a base made by debootstrap stands in for "
		 "%s",
		ref);
	log_debug("%s", pull->msg);
	if (base_image_ensure(w->g, w->sink, &made, &id, e) < 0)
		return err_wrap(e,
			"%s cannot be pulled (no registry can be reached), and its "
			"stand-in failed",
			ref);
	kvs_set(&w->ids, made, id);
	replace_base(w, ref, made);
	return 0;
}

/* As new as the build wants it. *id is what was here before, "" = nothing. */
static int fetch(struct building *w, const char *ref, const char **id, struct err *e)
{
	if (building_id(w, ref, id, e) < 0)
		return -1;
	if (**id && !w->b.pull)
		return 0;
	if (pull_image(w->g, ref, w->b.platform, w->sink, w->who, e) == 0)
		return ask(w, ref, e);
	if (**id && e->code == ERR_UNREACHABLE)
		err_hint(e, "it is here already: a build without pull takes it as it is");
	return -1;
}

static int base_fetch(struct building *w, const char *ref, struct err *e)
{
	struct err why = {0};
	const char *id = "";

	if (fetch(w, ref, &id, &why) == 0)
		return 0;
	if (!*id && w->b.base && why.code == ERR_UNREACHABLE &&
		replace_base(w, ref, NULL))
		return stand_in(w, ref, &why, e);
	*e = why;
	return err_wrap(e, "base image");
}

/* The stage that takes from it may be none that is built: the engine will know, and then
 * this is why. */
static int source_fetch(struct building *w, const char *ref, struct err *e)
{
	struct err why = {0};
	const char *id;

	if (fetch(w, ref, &id, &why) == 0)
		return 0;
	if (why.code == ERR_UNREACHABLE || why.code == ERR_NO_IMAGE) {
		if (!w->missing)
			w->missing = xstrdup(ref);
		if (!*w->why.msg)
			w->why = why;
		return 0;
	}
	*e = why;
	return -1;
}

/* What the Dockerfile has the engine fetch was asked for; this stood in no Dockerfile. */
static int check_onbuild(const struct building *w, const char *ref, struct err *e)
{
	const char *text = kvs_get(&w->onbuild, ref);
	AUTO_BUILD_REACH struct build_reach reach = {0};

	if (text)
		build_reach_read(text, strlen(text), &reach);
	if (!reach.hosts.n && !reach.host_network && !reach.insecure)
		return 0;
	err_set(e, EPERM,
		"nothing is built on %s: it would have the engine fetch from %s "
		"(ONBUILD)",
		ref, reach.hosts.n ? reach.hosts.v[0] : REACH_ANY);
	return err_hint(e, "start from another image, and write those steps into the "
			   "Dockerfile, where they can be allowed");
}

bool building_platforms(const struct building *w)
{
	return w->b.platform && strchr(w->b.platform, ',');
}

int images_fetch(struct building *w, struct err *e)
{
	AUTO_STRV struct strv bases = {0}, sources = {0};

	if (building_platforms(w))
		return 0;
	build_inputs_images(w->in, &w->b, &bases, &sources);
	for (size_t i = 0; i < bases.n; i++)
		if (base_fetch(w, bases.v[i], e) < 0 ||
			check_onbuild(w, bases.v[i], e) < 0)
			return -1;
	for (size_t i = 0; i < sources.n; i++)
		if (source_fetch(w, sources.v[i], e) < 0)
			return -1;
	return 0;
}

static bool is_based_on(const struct image *i, const struct image *base)
{
	if (i->layers.n < base->layers.n)
		return false;
	for (size_t k = 0; k < base->layers.n; k++)
		if (strcmp(i->layers.v[k], base->layers.v[k]) != 0)
			return false;
	return true;
}

int bases_check(struct building *w, const struct image *built, struct err *e)
{
	AUTO_STRV struct strv bases = {0};

	if (!build_inputs_images(w->in, &w->b, &bases, NULL))
		return 0; /* nothing to compare with */
	for (size_t i = 0; i < bases.n; i++) {
		AUTO_IMAGE struct image base = {0};
		const char *id = kvs_get(&w->ids, bases.v[i]);
		bool found = false;

		if (!id || !*id)
			return 0;
		if (image_inspect(w->g, id, &base, &found, e) < 0)
			return -1;
		if (found && is_based_on(built, &base))
			return 0;
	}
	return err_set(e, ESTALE,
		"the name of its base image was given to another image while it was "
		"built; "
		"run it again");
}
