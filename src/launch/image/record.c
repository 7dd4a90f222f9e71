/* SPDX-License-Identifier: MIT */
/* What is known of the last build: a file a tag, context and engine in the user's cache.
 */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/path.h"
#include "launch/image/building.h"

static char *record_path(const struct building *w)
{
	AUTO_FREE char *key = xasprintf(
		"%s\n%s\n%s", engine_info(w->g)->url, w->b.tag, w->in->context.path);
	AUTO_FREE char *name = NULL;
	char hex[DIGEST_HEX];

	digest_hex(key, strlen(key), hex);
	name = xasprintf(RECORDS "/%s", hex);
	return xdg_path("CACHE", name);
}

/* "REF=ID\n" of every image that it starts or takes from: a newer one asks for a new
 * build. */
static int image_ids(struct building *w, struct buf *out)
{
	AUTO_STRV struct strv images = {0};
	const char *id;

	build_inputs_images(w->in, &w->b, &images, &images);
	for (size_t i = 0; i < images.n; i++) {
		if (building_id(w, images.v[i], &id, NULL) < 0)
			return -1;
		buf_addf(out, "%s=%s\n", images.v[i], id);
	}
	return 0;
}

/* Have the images of the last build still these ids? They are asked for by the names of
 * then: a stand-in counts as the base it stands for. */
static int same_images(struct building *w, const char *ids, bool *same, struct err *e)
{
	AUTO_FREE char *text = xstrdup(ids);
	char *save = NULL;

	*same = true;
	for (char *line = strtok_r(text, "\n", &save); line && *same;
		line = strtok_r(NULL, "\n", &save)) {
		char *then = strchr(line, '=');
		const char *now;

		if (!then)
			continue;
		*then++ = 0;
		if (building_id(w, line, &now, e) < 0)
			return -1;
		*same = !strcmp(then, now);
	}
	return 0;
}

int record_find(struct building *w, const char *stamp, char **id, struct err *e)
{
	AUTO_FREE char *path = record_path(w);
	AUTO_BUF struct buf text = {0};
	AUTO_JSON cJSON *o = NULL;
	const char *built, *now;
	bool same = false;

	if (file_read(path, 1 << 20, &text, NULL) < 0)
		return 0;
	o = json_parse(buf_str(&text), text.n, NULL);
	built = json_str(o, "id");
	if (!json_str(o, "stamp") || strcmp(json_str(o, "stamp"), stamp) != 0)
		return 0;
	if (!built || !json_str(o, "images"))
		return 0;
	if (building_id(w, w->b.tag, &now, e) < 0)
		return -1;
	if (strcmp(built, now) != 0)
		return 0;
	if (same_images(w, json_str(o, "images"), &same, e) < 0)
		return -1;
	if (same)
		*id = xstrdup(built);
	return 0;
}

void record_keep(struct building *w, const char *stamp, const char *id)
{
	AUTO_FREE char *path = record_path(w), *dir = path_join(path, "..");
	AUTO_JSON cJSON *o = cJSON_CreateObject();
	AUTO_FREE char *text = NULL;
	AUTO_BUF struct buf ids = {0};

	if (image_ids(w, &ids) < 0)
		return;
	cJSON_AddStringToObject(o, "stamp", stamp);
	cJSON_AddStringToObject(o, "id", id);
	cJSON_AddStringToObject(o, "tag", w->b.tag);
	cJSON_AddStringToObject(o, "images", buf_str(&ids));
	text = json_text(o, false);
	if (dir_make(dir, 0700, NULL) == 0)
		file_write(path, text, strlen(text), 0600, NULL);
}
