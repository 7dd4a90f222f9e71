/* SPDX-License-Identifier: MIT */
#include "engine/docker/session/cache.h"

#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "engine/docker/image/protobuf.h"
#include "engine/docker/session/layout.h"
#include "plan/plan.h"

static const struct build_cache *written(const struct build_offer *offer)
{
	for (size_t i = 0; i < offer->n_caches; i++)
		if (offer->caches[i].writes)
			return &offer->caches[i];
	return NULL;
}

/* 1 = how, 2 = a map of what is to be known for that */
static void make_entry(
	struct buf *entry, const char *type, const char *key, const char *place)
{
	pb_add_text(entry, 1, type);
	if (!key)
		return;
	pb_add_entry(entry, 2, key, place);
	pb_add_entry(entry, 2, "mode", "max");
}

/* 4 = where to */
void cache_add(struct buf *out, uint32_t field, const struct build_offer *offer)
{
	AUTO_BUF struct buf caches = {0}, entry = {0};
	const struct build_cache *dir = written(offer);

	if (dir) {
		make_entry(&entry, "local", "dest", dir->id);
		/* Docker before 24 reads only the older form, all others both */
		pb_add_entry(&entry, 2, "image-manifest", "false");
	} else if (!offer->cache_to)
		return;
	else if (!strcmp(offer->cache_to, CACHE_INLINE))
		make_entry(&entry, CACHE_INLINE, NULL, NULL);
	else
		make_entry(&entry, "registry", "ref", offer->cache_to);
	pb_add_message(&caches, 4, &entry);
	pb_add_message(out, field, &caches);
}

static void add_import(cJSON *list, const char *id, const char *digest)
{
	cJSON *entry = cJSON_CreateObject(), *known;

	cJSON_AddItemToArray(list, entry);
	json_put(entry, "Type", "local");
	known = cJSON_AddObjectToObject(entry, "Attrs");
	json_put(known, "src", id);
	json_put(known, "digest", digest);
}

int cache_imports(const struct build_offer *offer, char **out, struct err *e)
{
	AUTO_JSON cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < offer->n_caches; i++) {
		const struct build_cache *c = &offer->caches[i];
		AUTO_FREE char *digest = NULL;

		if (c->writes)
			continue;
		if (layout_latest(c->dir, &digest, e) < 0)
			return err_wrap(e, "the build's cache in %s", c->path);
		if (digest)
			add_import(list, c->id, digest);
	}
	*out = list->child ? json_text(list, false) : NULL;
	return 0;
}

int cache_written(const struct build_offer *offer, const char *said, struct err *e)
{
	const struct build_cache *dir = written(offer);

	if (dir && layout_set_latest(dir->dir, said, e) < 0)
		return err_wrap(e, "the build's cache in %s", dir->path);
	return 0;
}
