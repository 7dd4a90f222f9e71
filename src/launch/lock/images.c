/* SPDX-License-Identifier: MIT */
/* What only the engine knows: which images there are, and what is in them. */
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "build/inputs.h"
#include "engine/image.h"
#include "engine/registry/image_ref.h"
#include "launch/lock/lock.h"
#include "launch/lock/scan.h"

/* "name@sha256:…" of the name's own repository; NULL = no registry gave it one. The
 * caller frees. */
static char *digest_of(const struct image *image, const char *ref)
{
	AUTO_FREE char *repository = NULL, *tag = NULL;

	image_split_ref(ref, &repository, &tag);
	for (size_t i = 0; i < image->digests.n; i++) {
		const char *digest = image->digests.v[i], *at = strchr(digest, '@');
		size_t n = at ? (size_t)(at - digest) : 0, k = strlen(repository);

		/* "debian" is told as "docker.io/library/debian" too */
		if (at && n >= k && !strncmp(at - k, repository, k) &&
			(n == k || at[-(ptrdiff_t)k - 1] == '/'))
			return xasprintf("%s%s", repository, at);
	}
	return NULL;
}

static int add_base(struct engine *g, const char *ref, cJSON *bases, struct err *e)
{
	AUTO_IMAGE struct image image = {0};
	AUTO_FREE char *digest = NULL;
	bool found = false;

	if (image_inspect(g, ref, &image, &found, e) < 0)
		return -1;
	if (!found) {
		log_warn("%s is not here, and something stood in for it: it cannot be "
			 "locked",
			ref);
		return 0;
	}
	digest = digest_of(&image, ref);
	if (!digest)
		log_warn("no registry gave %s a digest: it is locked by its id, which "
			 "only an engine that has it can use",
			ref);
	if (!json_get(bases, ref))
		cJSON_AddStringToObject(bases, ref, digest ? digest : image.id);
	return 0;
}

static int add_bases(
	struct engine *g, const struct strv *refs, cJSON *build, struct err *e)
{
	cJSON *bases = cJSON_AddObjectToObject(build, "bases");

	for (size_t i = 0; i < refs->n; i++)
		if (add_base(g, refs->v[i], bases, e) < 0)
			return -1;
	return 0;
}

static int add_image(struct engine *g, const struct plan *p, const struct resolved *s,
	cJSON *entry, cJSON *o, struct err *e)
{
	AUTO_IMAGE struct image image = {0};
	AUTO_FREE char *digest = NULL;
	cJSON *packages = NULL;
	bool found = false;

	if (image_inspect(g, s->image_id, &image, &found, e) < 0)
		return -1;
	if (!found)
		return err_set(e, 404, "the image %s is gone", s->image);
	digest = p->build.wanted ? NULL : digest_of(&image, p->image);
	cJSON_AddStringToObject(o, "id", image.id);
	json_put(o, "digest", digest);
	if (!p->build.wanted && !digest)
		log_warn("no registry gave %s a digest: it is locked by its id, which "
			 "only an engine that has it can use",
			p->image);
	if (!json_get(entry, "engine")) {
		cJSON_AddStringToObject(entry, "engine", engine_info(g)->name);
		json_put(entry, "platform", image.platform);
	}
	if (image_packages(g, s->image, s->image_id, &packages, e) < 0)
		return -1;
	cJSON_AddItemToObject(o, "packages", packages);
	return 0;
}

static int add_container(struct engine *g, const struct plan *p, const struct resolved *s,
	cJSON *entry, struct err *e)
{
	cJSON *o = cJSON_GetObjectItemCaseSensitive(
		cJSON_GetObjectItemCaseSensitive(entry, "containers"),
		p->service ? p->service : "main");
	cJSON *build = cJSON_GetObjectItemCaseSensitive(o, "build");
	const char *text = json_str(build, "text");
	AUTO_STRV struct strv images = {0};
	struct build_inputs in = {0};

	if (text) {
		buf_adds(&in.text, text);
		build_inputs_images(&in, &p->build, &images, &images);
		buf_free(&in.text);
	}
	if (build && add_bases(g, &images, build, e) < 0)
		return -1;
	return add_image(g, p, s, entry, o, e);
}

int lock_add_images(struct engine *g, const struct plan *p, const struct resolved *s,
	cJSON *entry, struct err *e)
{
	for (size_t i = 0; i <= p->n_services; i++)
		if (add_container(g, i ? &p->services[i - 1] : p,
			    i ? &s->services[i - 1] : s, entry, e) < 0)
			return -1;
	return 0;
}
