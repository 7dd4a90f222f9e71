/* SPDX-License-Identifier: MIT */
/* What has changed since a box was made. */
#include <string.h>

#include "base/log.h"
#include "launch/box/box.h"
#include "launch/box/name.h"
#include "launch/ledger/owner.h"
#include "launch/own.h"

static bool image_is_another(const struct box *b, const struct plan *p,
	const struct resolved *s, const char *id)
{
	struct err e = {0};
	bool changed = false;

	if (image_changed(b->g, p, s, id, &changed, &e) < 0)
		log_debug("is the image %s of box %s still the same? %s", s->image,
			b->name, e.msg);
	return changed;
}

static const struct container_item *service(const struct box *b, const char *name)
{
	for (size_t i = 0; i < b->services.n; i++)
		if (!strcmp(kvs_get(&b->services.v[i].labels, LABEL_SERVICE), name))
			return &b->services.v[i];
	return NULL;
}

/* In one line. A box is worth more than the news: what cannot be found out is no matter.
 */
void box_say_changes(const struct box *b)
{
	char digest[DIGEST_HEX];
	const char *its = kvs_get(&b->labels, LABEL_BOX);
	bool profile, image = image_is_another(b, b->r->plan, b->s, b->image_id);

	box_digest(b->r->plan, b->s, digest);
	profile = strcmp(its, digest) != 0;
	for (size_t i = 0; i < b->s->n_services; i++) {
		const struct resolved *s = &b->s->services[i];
		const struct container_item *c = service(b, s->service);

		if (c)
			image |= image_is_another(
				b, &b->r->plan->services[i], s, own_image_id(c));
		else if (!profile)
			log_warn("the box %s has no service %s any more; " FRESH, b->name,
				s->service);
	}
	if (profile || image)
		log_warn("the %s changed since the box %s was made; " FRESH,
			profile && image ? "profile and the image have"
			: profile        ? "profile has"
					 : "image has",
			b->name);
}
