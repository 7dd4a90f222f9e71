/* SPDX-License-Identifier: MIT */
/* Makes sure that the image is there, with as little work as can be. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "build/stamp.h"
#include "engine/image.h"
#include "launch/image/building.h"
#include "launch/image/image_env.h"
#include "launch/image/pull_image.h"
#include "launch/launch.h"
#include "launch/lock/lock.h"

/* Other programs of this machine obey labels. Those that an image brings the profile did
 * not ask for: they are empty in the container. */
static void clear_labels(const struct kvs *brought, struct kvs *labels)
{
	for (size_t i = 0; i < brought->n; i++) {
		const char *key = brought->v[i].key;

		if (!is_own_label(key) && !is_plain_label(key) && !kvs_get(labels, key))
			kvs_set(labels, key, "");
	}
}

/* Of an image that was not looked at yet. */
static int look(struct engine *g, const char *ref, struct image *out, struct err *e)
{
	bool found = false;

	if (image_inspect(g, ref, out, &found, e) < 0)
		return -1;
	return found ? 0 : err_set(e, 404, "the image %s is gone", ref);
}

/* By what is known of the last build; out stays empty where that does not help. */
static int find_built(
	struct building *w, const char *stamp, struct image *out, struct err *e)
{
	AUTO_FREE char *id = NULL;

	if (record_find(w, stamp, &id, e) < 0)
		return -1;
	if (id && w->tagged.id && !strcmp(w->tagged.id, id)) {
		*out = w->tagged;
		w->tagged = (struct image){0};
		return 0;
	}
	return id ? look(w->g, id, out, e) : 0;
}

static int build(struct building *w, bool force, struct image *out, struct err *e)
{
	AUTO_FREE char *stamp = NULL, *id = NULL;

	if (*w->in->error.msg) {
		*e = w->in->error;
		return -1;
	}
	if (build_stamp(w->in, &w->b, &stamp, e) < 0)
		return -1;
	if (!force && !w->b.pull && !w->b.no_cache) {
		if (find_built(w, stamp, out, e) < 0)
			return -1;
		if (out->id)
			return 0;
	}
	if (images_fetch(w, e) < 0 || building_send(w, NULL, &id, e) < 0 ||
		look(w->g, id, out, e) < 0 || bases_check(w, out, e) < 0)
		return -1;
	record_keep(w, stamp, id);
	return 0;
}

static void begin(struct building *w, const struct plan *p)
{
	w->b = p->build;
	for (size_t i = 0; i < p->build.args.n; i++)
		kvs_set(&w->args, p->build.args.v[i].key, p->build.args.v[i].value);
	w->b.args = w->args;
}

static void end(struct building *w)
{
	image_free(&w->tagged);
	free(w->base);
	kvs_free(&w->args);
	kvs_free(&w->ids);
	kvs_free(&w->onbuild);
	strv_free(&w->refused);
	free(w->missing);
}

static int build_image(struct engine *g, const struct plan *p,
	const struct build_inputs *in, const struct progress_sink *sink,
	const struct asker *who, bool force, struct image *out, struct err *e)
{
	struct building w = {.g = g, .in = in, .sink = sink, .who = who};
	int rc;

	begin(&w, p);
	rc = build(&w, force, out, e);
	end(&w);
	return rc;
}

/* Of the build that there would be now; NULL = it was not done yet. */
static int built_id(struct engine *g, const struct plan *p, const struct build_inputs *in,
	char **id, struct err *e)
{
	struct building w = {.g = g, .in = in};
	AUTO_FREE char *stamp = NULL;
	int rc;

	if (*in->error.msg) {
		*e = in->error;
		return -1;
	}
	begin(&w, p);
	rc = build_stamp(in, &w.b, &stamp, e) < 0 ? -1 : record_find(&w, stamp, id, e);
	end(&w);
	return rc;
}

/* Podman's list has them without "sha256:". */
static bool same_id(const char *a, const char *b)
{
	const char *x = strchr(a, ':'), *y = strchr(b, ':');

	return !strcmp(x ? x + 1 : a, y ? y + 1 : b);
}

int image_changed(struct engine *g, const struct plan *p, const struct resolved *s,
	const char *id, bool *changed, struct err *e)
{
	AUTO_IMAGE struct image image = {0};
	AUTO_FREE char *built = NULL;
	bool found = false;

	if (p->build.wanted && built_id(g, p, s->inputs, &built, e) < 0)
		return -1;
	if (!p->build.wanted && image_inspect(g, p->image, &image, &found, e) < 0)
		return -1;
	*changed = p->build.wanted ? !built || !same_id(built, id)
				   : found && !same_id(image.id, id);
	return 0;
}

/* A newer one that cannot be asked for, or that the registry does not give, is no need.
 */
static int without_registry(struct engine *g, const struct plan *p, struct err *e)
{
	AUTO_IMAGE struct image here = {0};
	bool found = false;

	if (p->pull == PULL_ALWAYS &&
		(e->code == ERR_UNREACHABLE || e->code == ERR_DENIED) &&
		image_inspect(g, p->image, &here, &found, NULL) == 0 && found)
		err_hint(e, "it is here already: --no-build takes it as it is");
	return -1;
}

static int use_image(struct engine *g, const struct plan *p,
	const struct progress_sink *sink, const struct asker *who, struct image *out,
	struct err *e)
{
	bool found = false;

	if (p->pull != PULL_ALWAYS && image_inspect(g, p->image, out, &found, e) < 0)
		return -1;
	if (!found && p->pull == PULL_NEVER)
		return err_set(e, 404,
			"there is no image %s here, and the profile never pulls",
			p->image);
	if (!found) {
		if (pull_image(g, p->image, NULL, sink, who, e) < 0)
			return without_registry(g, p, e);
		if (image_inspect(g, p->image, out, &found, e) < 0)
			return -1;
		if (!found)
			return err_set(
				e, 404, "%s is not there after its pull", p->image);
	}
	return 0;
}

/* What a registry or the network is to blame for is no fault of a line of the profile,
 * and nothing is one of a profile that came with cnnrun. */
static int image_failed(
	const struct plan *p, const struct asker *who, const char *key, struct err *e)
{
	if (e->code == ERR_UNREACHABLE || e->code == ERR_DENIED || who->src->trusted)
		return -1;
	return plan_fail(p, key, e);
}

/* The very image that is locked, fetched by its digest where it is not here. out stays
 * empty where it has to be built. */
static int use_locked(struct engine *g, const struct locked *locked,
	const struct progress_sink *sink, const struct asker *who, struct image *out,
	struct err *e)
{
	bool found = false;

	if (locked->id && image_inspect(g, locked->id, out, &found, e) < 0)
		return -1;
	if (found || !locked->ref)
		return 0;
	if (image_inspect(g, locked->ref, out, &found, e) < 0)
		return -1;
	if (found)
		return 0;
	return pull_image(g, locked->ref, NULL, sink, who, e) < 0
		       ? -1
		       : look(g, locked->ref, out, e);
}

int ensure_image(struct engine *g, const struct plan *p, struct resolved *s,
	const struct progress_sink *sink, const struct asker *who, bool force,
	const struct locked *locked, struct err *e)
{
	AUTO_IMAGE struct image image = {0};

	if (locked && use_locked(g, locked, sink, who, &image, e) < 0)
		return image_failed(p, who, p->build.wanted ? "build" : "image", e);
	if (image.id) {
		log_debug("the locked image is used as it is");
	} else if (p->build.wanted) {
		if (build_image(g, p, s->inputs, sink, who, force, &image, e) < 0)
			return image_failed(p, who, "build", e);
	} else if (use_image(g, p, sink, who, &image, e) < 0) {
		return image_failed(p, who, "image", e);
	}
	str_set(&s->image_id, image.id);
	clear_labels(&image.labels, &s->set.labels);
	s->from.known = true;
	str_set(&s->from.user, image.user);
	strv_copy(&s->from.entrypoint, &image.entrypoint);
	strv_copy(&s->from.command, &image.command);
	strv_copy(&s->from.volumes, &image.volumes);
	strv_copy(&s->from.health, &image.health);
	str_set(&s->from.stop_signal, image.stop_signal);
	image_env(&image.env, s);
	/* nothing of the context stays in use while the container runs */
	build_inputs_free(s->inputs);
	s->inputs = NULL;
	return 0;
}
