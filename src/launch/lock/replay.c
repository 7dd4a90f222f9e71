/* SPDX-License-Identifier: MIT */
/* A run of what is locked. Who wrote the file is not known: what is fetched by its word
 * has the names that the plan has, and only their digests are the file's. */
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "build/arguments.h"
#include "build/inputs.h"
#include "build/pin.h"
#include "engine/image.h"
#include "engine/registry/image_ref.h"
#include "launch/lock/lock.h"
#include "launch/lock/scan.h"

static int differs(const struct lock_changes *c, struct err *e)
{
	for (size_t i = 0; i < c->n; i++)
		log_error("not as locked: %s", c->v[i].words);
	err_set(e, ESTALE, "%zu thing%s not as cnnrun.lock has %s", c->n,
		c->n == 1 ? " is" : "s are", c->n == 1 ? "it" : "them");
	return err_hint(e, "go back to what it was, or take it as it is now with: cnnrun "
			   "lock");
}

int lock_check(
	const cJSON *entry, const struct plan *p, const struct resolved *s, struct err *e)
{
	AUTO_CHANGES struct lock_changes changes = {0};
	AUTO_JSON cJSON *now = NULL;
	const char *by = json_str(entry, "cnnrun");

	if (lock_print(p, s, &now, e) < 0)
		return -1;
	lock_compare(entry, now, &changes);
	if (changes.n)
		return differs(&changes, e);
	if (by && strcmp(by, CNNRUN_VERSION) != 0)
		log_info("it was locked by cnnrun %s; this is %s", by, CNNRUN_VERSION);
	return 0;
}

static bool is_id(const char *s)
{
	return s && !strncmp(s, "sha256:", 7) && strlen(s) == 7 + 64 &&
	       !s[7 + strspn(s + 7, "0123456789abcdef")];
}

/* The digest of a name that this one has, for that digest; NULL = it is none. The caller
 * frees. */
static char *pinned(const char *ref, const char *locked)
{
	AUTO_FREE char *repository = NULL, *tag = NULL;
	const char *at = locked ? strchr(locked, '@') : NULL;

	image_split_ref(ref, &repository, &tag);
	return at && is_id(at + 1) ? xasprintf("%s%s", repository, at) : NULL;
}

static int there(struct engine *g, const char *id, bool *yes, struct err *e)
{
	*yes = false;
	return id ? image_inspect(g, id, NULL, yes, e) : 0;
}

/* One that no registry has given a digest: it is here, or nowhere. */
static int check_base(struct engine *g, const char *ref, const char *id, struct err *e)
{
	AUTO_IMAGE struct image image = {0};
	bool found = false;

	if (image_inspect(g, ref, &image, &found, e) < 0)
		return -1;
	if (found && id && !strcmp(image.id, id))
		return 0;
	err_set(e, ESTALE, "not as locked: base %s is %s, and was %s", ref,
		found ? image.id : "not here", id ? id : "not locked");
	return err_hint(e, "no registry has it by that id: bring it here (docker save, "
			   "docker load)");
}

static int pin_build(struct engine *g, const cJSON *bases, const struct plan *p,
	struct build_inputs *in, struct err *e)
{
	AUTO_STRV struct strv images = {0};
	AUTO_KVS struct kvs pins = {0}, args = {0};
	AUTO_BUF struct buf text = {0};

	build_inputs_images(in, &p->build, &images, &images);
	for (size_t i = 0; i < images.n; i++) {
		const char *ref = images.v[i], *locked = json_str(bases, ref);
		AUTO_FREE char *pin = pinned(ref, locked);

		if (pin)
			kvs_set(&pins, ref, pin);
		else if (check_base(g, ref, locked, e) < 0)
			return -1;
	}
	if (!pins.n)
		return 0;
	build_arguments(&p->build, &args);
	platform_arguments(p->build.platform, &args);
	if (dockerfile_pin(buf_str(&in->text), in->text.n, &args, &pins, &text, e) < 0)
		return -1;
	buf_free(&in->text);
	in->text = text;
	text = (struct buf){0};
	return 0;
}

int lock_image(struct engine *g, const cJSON *entry, const struct plan *p,
	struct resolved *s, bool anew, struct locked *out, struct err *e)
{
	const cJSON *o = lock_container(entry, p);
	const char *id = json_str(o, "id");
	bool here = false;

	*out = (struct locked){.id = is_id(id) ? id : NULL};
	if (anew && p->build.wanted)
		out->id = NULL;
	if (there(g, out->id, &here, e) < 0)
		return -1;
	if (here)
		return 0;
	if (p->build.wanted)
		return pin_build(
			g, json_get(json_get(o, "build"), "bases"), p, s->inputs, e);
	out->ref = pinned(p->image, json_str(o, "digest"));
	if (out->ref)
		return 0;
	err_set(e, 404, "the locked image of %s (%s) is not here", p->image,
		out->id ? out->id : "which has no id");
	return err_hint(e, "no registry gave it a digest: bring it here (docker save, "
			   "docker load)");
}

/* Engines differ in what they call an image; what its registry calls it they all know. */
static int verify_digest(struct engine *g, const struct plan *p, const cJSON *o,
	const struct resolved *s, struct err *e)
{
	AUTO_FREE char *ref = pinned(p->image, json_str(o, "digest"));
	AUTO_IMAGE struct image image = {0};
	bool found = false;

	if (ref && image_inspect(g, ref, &image, &found, e) < 0)
		return -1;
	if (found && !strcmp(image.id, s->image_id))
		return 0;
	return err_set(e, ESTALE, "not as locked: image %s is %s", p->image, s->image_id);
}

int lock_verify(struct engine *g, const cJSON *entry, const struct plan *p,
	const struct resolved *s, struct err *e)
{
	const cJSON *o = lock_container(entry, p);
	const char *id = json_str(o, "id");
	AUTO_CHANGES struct lock_changes changes = {0};
	AUTO_JSON cJSON *packages = NULL;

	if (id && !strcmp(id, s->image_id))
		return 0;
	if (!p->build.wanted)
		return verify_digest(g, p, o, s, e);
	if (image_packages(g, s->image, s->image_id, &packages, e) < 0)
		return -1;
	lock_compare_packages(p->service, json_get(o, "packages"), packages, &changes);
	if (changes.n)
		return differs(&changes, e);
	log_info("built anew of what is locked, with the same packages; not bit for bit: "
		 "it "
		 "is %s and was %s (docs/lock.md: SOURCE_DATE_EPOCH)",
		s->image_id, id ? id : "without an id");
	return 0;
}
