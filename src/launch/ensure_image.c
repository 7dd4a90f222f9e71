/* SPDX-License-Identifier: MIT */
/* Makes sure that the image is there, with as little work as can be. */
#include "engine/image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "launch/base_image.h"
#include "launch/launch.h"

struct building {
	struct engine *g;
	const struct plan *p;
	const struct progress_sink *sink;
	struct plan_build b; /* of the plan, borrowed, with absolute paths */
	char *context, *dockerfile, *base; /* what b borrows besides */
	char *stamp_path;
	char *stamp; /* of all inputs */
};

static void building_free(struct building *w)
{
	free(w->context);
	free(w->dockerfile);
	free(w->base);
	free(w->stamp_path);
	free(w->stamp);
}

static int absolute_paths(struct building *w, struct err *e)
{
	const char *project = w->p->project ? w->p->project : "/";
	AUTO_FREE char *context = path_join(project, w->b.context);
	struct stat st;

	w->context = realpath(context, NULL);
	if (!w->context)
		return err_errno(e, "build context %s", context);
	if (w->b.dockerfile)
		w->dockerfile = path_join(project, w->b.dockerfile);
	else
		w->dockerfile = path_join(w->context, "Dockerfile");
	if (stat(w->dockerfile, &st) < 0) {
		err_errno(e, "%s", w->dockerfile);
		return err_hint(e,
			"name an image that is there already with --image, or say "
			"dockerfile = \"…\" in the profile");
	}
	w->b.context = w->context;
	w->b.dockerfile = w->dockerfile;
	return 0;
}

/* One file a tag, project and engine. */
static char *stamp_path(const struct building *w)
{
	AUTO_FREE char *key =
		xasprintf("%s\n%s\n%s", engine_info(w->g)->url, w->b.tag, w->context);
	AUTO_FREE char *name = NULL;
	char hex[HASH_HEX];

	hash_hex(key, strlen(key), hex);
	name = xasprintf("stamps/%s", hex);
	return xdg_path("CACHE", name);
}

/* Every base's id belongs to the stamp: a newer base asks for a new build. */
static int base_ids(
	struct building *w, const struct strv *bases, struct buf *out, struct err *e)
{
	for (size_t i = 0; i < bases->n; i++) {
		AUTO_IMAGE struct image image = {0};
		bool found = false;

		if (image_inspect(w->g, bases->v[i], &image, &found, e) < 0)
			return -1;
		buf_addf(out, "%s=%s\n", bases->v[i], found ? image.id : "");
	}
	return 0;
}

/* *id = NULL: something changed. The stand-in base counts as the base it stands for. */
static int up_to_date(struct building *w, char **id, struct err *e)
{
	AUTO_BUF struct buf text = {0};
	AUTO_BUF struct buf bases_now = {0};
	AUTO_STRV struct strv bases = {0};
	AUTO_JSON cJSON *o = NULL;
	AUTO_IMAGE struct image image = {0};
	const char *base;
	bool found = false;

	if (file_read(w->stamp_path, 1 << 20, &text, NULL) < 0)
		return 0;
	o = json_parse(buf_str(&text), text.n, NULL);
	if (!json_str(o, "stamp") || strcmp(json_str(o, "stamp"), w->stamp) != 0)
		return 0;
	if (image_inspect(w->g, w->b.tag, &image, &found, e) < 0)
		return -1;
	if (!found || !json_str(o, "id") || strcmp(json_str(o, "id"), image.id) != 0)
		return 0;
	base = json_str(o, "base");
	if (base)
		str_set(&w->base, base);
	w->b.base = base ? w->base : w->b.base;
	if (image_build_bases(&w->b, &bases, e) < 0 ||
		base_ids(w, &bases, &bases_now, e) < 0)
		return -1;
	if (json_str(o, "bases") && !strcmp(json_str(o, "bases"), buf_str(&bases_now)))
		*id = xstrdup(image.id);
	w->b.base = w->p->build.base;
	return 0;
}

static void remember(struct building *w, const char *id)
{
	AUTO_JSON cJSON *o = cJSON_CreateObject();
	AUTO_STRV struct strv bases = {0};
	AUTO_BUF struct buf ids = {0};
	AUTO_FREE char *text = NULL, *dir = path_join(w->stamp_path, "..");

	/* without a stamp the next build is asked of the engine: slower, not wrong */
	if (image_build_bases(&w->b, &bases, NULL) < 0 ||
		base_ids(w, &bases, &ids, NULL) < 0)
		return;
	cJSON_AddStringToObject(o, "stamp", w->stamp);
	cJSON_AddStringToObject(o, "id", id);
	cJSON_AddStringToObject(o, "bases", buf_str(&ids));
	json_put(o, "base", w->base);
	text = json_text(o, false);
	if (dir_make(dir, 0700, NULL) == 0)
		file_write(w->stamp_path, text, strlen(text), 0600, NULL);
}

/* Bases are pulled here, with the user's credentials, which a build cannot use. */
static int fetch_base(struct building *w, const char *ref, struct err *e)
{
	AUTO_FREE char *stand_in = NULL;
	struct err pull = {0};
	bool found = false;

	if (image_inspect(w->g, ref, NULL, &found, e) < 0)
		return -1;
	if (found && !w->b.pull)
		return 0;
	if (image_pull(w->g, ref, w->b.platform, w->sink, &pull) == 0 || found)
		return 0;
	if (!w->b.base || strcmp(ref, w->b.base) != 0 || !registry_unreachable(&pull)) {
		*e = pull;
		return err_wrap(e, "base image %s", ref);
	}
	log_info(
		"no registry can be reached: a base made by debootstrap stands in for %s",
		ref);
	log_debug("%s", pull.msg);
	if (base_image_ensure(w->g, w->sink, &stand_in, e) < 0)
		return err_wrap(e,
			"%s cannot be pulled (no registry can be reached), and its "
			"stand-in failed",
			ref);
	str_set(&w->base, stand_in);
	w->b.base = w->base;
	return 0;
}

static int fetch_bases(struct building *w, struct err *e)
{
	AUTO_STRV struct strv bases = {0};

	if (image_build_bases(&w->b, &bases, e) < 0)
		return -1;
	for (size_t i = 0; i < bases.n; i++)
		if (fetch_base(w, bases.v[i], e) < 0)
			return -1;
	return 0;
}

static int build(struct building *w, bool force, char **id, struct err *e)
{
	if (absolute_paths(w, e) < 0 || image_build_stamp(&w->b, &w->stamp, e) < 0)
		return -1;
	w->stamp_path = stamp_path(w);
	if (!force && !w->b.pull && !w->b.no_cache) {
		if (up_to_date(w, id, e) < 0)
			return -1;
		if (*id)
			return 0;
		str_set(&w->base, NULL);
	}
	if (fetch_bases(w, e) < 0)
		return -1;
	if (image_build(w->g, &w->b, w->sink, NULL, id, e) < 0)
		return -1;
	remember(w, *id);
	return 0;
}

static int use_image(struct engine *g, const struct plan *p,
	const struct progress_sink *sink, char **id, struct err *e)
{
	AUTO_IMAGE struct image image = {0};
	bool found = false;

	if (p->pull != PULL_ALWAYS && image_inspect(g, p->image, &image, &found, e) < 0)
		return -1;
	if (!found && p->pull == PULL_NEVER)
		return err_set(e, 404,
			"there is no image %s here, and the profile never pulls",
			p->image);
	if (!found) {
		if (image_pull(g, p->image, NULL, sink, e) < 0)
			return err_wrap(e, "pull %s", p->image);
		if (image_inspect(g, p->image, &image, &found, e) < 0)
			return -1;
		if (!found)
			return err_set(
				e, 404, "%s is not there after its pull", p->image);
	}
	*id = xstrdup(image.id);
	return 0;
}

int ensure_image(struct engine *g, const struct plan *p, const struct progress_sink *sink,
	bool force, char **id, struct err *e)
{
	struct building w = {.g = g, .p = p, .sink = sink, .b = p->build};
	int rc;

	if (!p->build.wanted) {
		rc = use_image(g, p, sink, id, e);
		return rc < 0 ? plan_fail(p, "image", e) : 0;
	}
	rc = build(&w, force, id, e);
	building_free(&w);
	return rc < 0 ? plan_fail(p, "build", e) : 0;
}
