/* SPDX-License-Identifier: MIT */
/* Makes sure that the image is there, with as little work as can be. */
#include "engine/image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "launch/image/base_image.h"
#include "launch/launch.h"

struct building {
	struct engine *g;
	const struct plan *p;
	const struct progress_sink *sink;
	struct plan_build b; /* of the plan, borrowed, with absolute paths */
	char *context, *dockerfile, *base; /* what b borrows besides */
	struct kvs args;                   /* as well */
	char *stamp_path;
	char *stamp; /* of all inputs */
};

static void building_free(struct building *w)
{
	free(w->context);
	free(w->dockerfile);
	free(w->base);
	kvs_free(&w->args);
	free(w->stamp_path);
	free(w->stamp);
}

/* What b names and the building owns. */
static int own_inputs(struct building *w, struct err *e)
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
	for (size_t i = 0; i < w->p->build.args.n; i++)
		kvs_set(&w->args, w->p->build.args.v[i].key, w->p->build.args.v[i].value);
	w->b.args = w->args;
	return 0;
}

/* One file a tag, project and engine. */
static char *stamp_path(const struct building *w)
{
	AUTO_FREE char *key =
		xasprintf("%s\n%s\n%s", engine_info(w->g)->url, w->b.tag, w->context);
	AUTO_FREE char *name = NULL;
	char hex[DIGEST_HEX];

	digest_hex(key, strlen(key), hex);
	name = xasprintf("stamps/%s", hex);
	return xdg_path("CACHE", name);
}

/* "REF=ID\n" of every base: a newer base asks for a new build. */
static int base_ids(struct building *w, struct buf *out, struct err *e)
{
	AUTO_STRV struct strv bases = {0};

	if (image_build_bases(&w->b, &bases, e) < 0)
		return -1;
	for (size_t i = 0; i < bases.n; i++) {
		AUTO_IMAGE struct image image = {0};
		bool found = false;

		if (image_inspect(w->g, bases.v[i], &image, &found, e) < 0)
			return -1;
		buf_addf(out, "%s=%s\n", bases.v[i], found ? image.id : "");
	}
	return 0;
}

/* Have the bases of the last build still these ids? They are asked for by the names of
 * then: a stand-in counts as the base it stands for. */
static int same_bases(struct building *w, const char *ids, bool *same, struct err *e)
{
	AUTO_FREE char *text = xstrdup(ids);
	char *save = NULL;

	*same = true;
	for (char *line = strtok_r(text, "\n", &save); line && *same;
		line = strtok_r(NULL, "\n", &save)) {
		AUTO_IMAGE struct image image = {0};
		char *id = strchr(line, '=');
		bool found = false;

		if (!id)
			continue;
		*id++ = 0;
		if (image_inspect(w->g, line, &image, &found, e) < 0)
			return -1;
		*same = found && !strcmp(id, image.id);
	}
	return 0;
}

/* *id = NULL: something changed. */
static int up_to_date(struct building *w, char **id, struct err *e)
{
	AUTO_BUF struct buf text = {0};
	AUTO_JSON cJSON *o = NULL;
	AUTO_IMAGE struct image image = {0};
	bool found = false, same = false;

	if (file_read(w->stamp_path, 1 << 20, &text, NULL) < 0)
		return 0;
	o = json_parse(buf_str(&text), text.n, NULL);
	if (!json_str(o, "stamp") || strcmp(json_str(o, "stamp"), w->stamp) != 0)
		return 0;
	if (image_inspect(w->g, w->b.tag, &image, &found, e) < 0)
		return -1;
	if (!found || !json_str(o, "id") || strcmp(json_str(o, "id"), image.id) != 0)
		return 0;
	if (!json_str(o, "bases"))
		return 0;
	if (same_bases(w, json_str(o, "bases"), &same, e) < 0)
		return -1;
	if (same)
		*id = xstrdup(image.id);
	return 0;
}

static void remember(struct building *w, const char *id)
{
	AUTO_JSON cJSON *o = cJSON_CreateObject();
	AUTO_BUF struct buf ids = {0};
	AUTO_FREE char *text = NULL, *dir = path_join(w->stamp_path, "..");

	/* without a stamp the next build is asked of the engine: slower, not wrong */
	if (base_ids(w, &ids, NULL) < 0)
		return;
	cJSON_AddStringToObject(o, "stamp", w->stamp);
	cJSON_AddStringToObject(o, "id", id);
	cJSON_AddStringToObject(o, "bases", buf_str(&ids));
	text = json_text(o, false);
	if (dir_make(dir, 0700, NULL) == 0)
		file_write(w->stamp_path, text, strlen(text), 0600, NULL);
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
	if (!w->b.base || pull.code != ERR_UNREACHABLE || !replace_base(w, ref, NULL)) {
		*e = pull;
		return err_wrap(e, "base image %s", ref);
	}
	log_info("no registry can be reached: a base made by debootstrap stands in for "
		 "%s",
		ref);
	log_debug("%s", pull.msg);
	if (base_image_ensure(w->g, w->sink, &stand_in, e) < 0)
		return err_wrap(e,
			"%s cannot be pulled (no registry can be reached), and its "
			"stand-in failed",
			ref);
	replace_base(w, ref, stand_in);
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
	if (own_inputs(w, e) < 0 || image_build_stamp(&w->b, &w->stamp, e) < 0)
		return -1;
	w->stamp_path = stamp_path(w);
	if (!force && !w->b.pull && !w->b.no_cache) {
		if (up_to_date(w, id, e) < 0)
			return -1;
		if (*id)
			return 0;
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
