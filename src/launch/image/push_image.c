/* SPDX-License-Identifier: MIT */
#include "launch/image/push_image.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "engine/image.h"
#include "engine/registry/docker_config.h"

/* Where to is what the user typed --push for; as whom is another matter. */
static int allow_push(
	const char *ref, bool *login, const struct asker *who, struct err *e)
{
	AUTO_FREE char *named = registry_login(ref);
	AUTO_RIGHTS struct rights wanted = {0};

	*login = named != NULL;
	if (named)
		rights_add(&wanted, RIGHT_LOGIN, named);
	return allow(&wanted, who->src, who->how, e);
}

int push_check(const struct plan *p, struct err *e)
{
	const char *tag = p->build.tag;

	if (!p->build.wanted)
		return err_set(e, EINVAL,
			"nothing is pushed: the profile builds no image, it takes %s",
			p->image ? p->image : "none");
	if (strchr(tag, '/'))
		return 0;
	err_set(e, EINVAL, "nothing is pushed: %s names no registry", tag);
	return err_hint(
		e, "name the image for one: tag = \"registry.example/me/%s\"", tag);
}

int push_image(struct engine *g, const char *ref, const char *id,
	const struct progress_sink *sink, const struct asker *who, struct err *e)
{
	AUTO_IMAGE struct image image = {0};
	bool found = false, login;

	if (allow_push(ref, &login, who, e) < 0 ||
		image_inspect(g, ref, &image, &found, e) < 0)
		return -1;
	/* a name is everybody's on an engine */
	if (!found || strcmp(image.id, id) != 0)
		return err_set(e, ESTALE,
			"nothing is pushed: %s names another image by now; run it again",
			ref);
	return image_push(g, ref, login, sink, e);
}
