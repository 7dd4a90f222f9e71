/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/mem.h"
#include "batch/apptainer/apptainer.h"
#include "batch/image/images.h"
#include "cli/container/cleaning.h"
#include "engine/image.h"
#include "launch/carry/porter_image.h"
#include "launch/image/base_image.h"
#include "launch/image/base_record.h"
#include "launch/image/home_image.h"

/* ref is a name, which must be of a base that was made. */
static void clean_base(struct cleaning *w, const char *ref)
{
	AUTO_IMAGE struct image image = {0};
	struct err why = {0};
	bool found = false;
	int result;

	result = image_inspect(w->g, ref, &image, &found, &why);
	if (result == 0 && (!found || !base_is_ours(w->g, ref, image.id)))
		return;
	if (result == 0 && !w->dry)
		result = image_remove(w->g, ref, &why);
	told(w, "image", ref, result, &why);
}

/* Takes back the name that it got. Other names are others' business. */
static void clean_built(struct cleaning *w, const char *tag, const char *id)
{
	AUTO_IMAGE struct image image = {0};
	struct err why = {0};
	bool found = false;
	int result = image_inspect(w->g, tag, &image, &found, &why);

	if (result == 0 && !(found && !strcmp(image.id, id))) {
		found = false;
		tag = id;
		image_free(&image);
		result = image_inspect(w->g, id, &image, &found, &why);
	}
	if (result == 0 && !found)
		return;
	if (result == 0 && !w->dry)
		result = image_remove(w->g, tag, &why);
	if (result < 0 && tag == id && why.code == 409)
		return;
	told(w, "image", tag, result, &why);
}

int clean_images(struct cleaning *w, const struct kvs *built, struct err *e)
{
	AUTO_STRV struct strv bases = {0}, homes = {0}, porters = {0};

	if (image_list(w->g, BASE_IMAGES, &bases, e) < 0 ||
		image_list(w->g, HOME_IMAGES, &homes, e) < 0 ||
		image_list(w->g, PORTER_IMAGES, &porters, e) < 0)
		return -1;
	for (size_t i = 0; i < porters.n; i++)
		clean_base(w, porters.v[i]);
	for (size_t i = 0; i < homes.n; i++)
		clean_base(w, homes.v[i]);
	for (size_t i = 0; i < built->n; i++)
		clean_built(w, built->v[i].key, built->v[i].value);
	for (size_t i = 0; i < bases.n; i++)
		clean_base(w, bases.v[i]);
	return 0;
}

static void told_tar(void *ctx, const char *path, int result, struct err *e)
{
	told(ctx, "image of a job", path, result, e);
}

void clean_tars(struct cleaning *w)
{
	images_clean(w->dry, told_tar, w);
}

static void told_unpacked(void *ctx, const char *path, int result, struct err *e)
{
	told(ctx, "files of Apptainer", path, result, e);
}

void clean_unpacked(struct cleaning *w, bool images)
{
	const struct apptainer_cleaning c = {w->dry, told_unpacked, w};

	apptainer_clean(images, &c);
}
