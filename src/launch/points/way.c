/* SPDX-License-Identifier: MIT */
#include "launch/points/way.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"

enum { LINKS_MAX = 16 };

void way_free(struct way *w)
{
	free(w->real);
	free(w->link);
	*w = (struct way){0};
}

bool mount_is_users(const struct resolved_mount *m)
{
	return m->type == MOUNT_BIND && (m->fd >= 0 || m->create);
}

/* The innermost mount, but that one, that path is at or below. */
static const struct resolved_mount *mount_over(
	const struct resolved *s, const char *path, const struct resolved_mount *but)
{
	const struct resolved_mount *found = NULL;

	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct resolved_mount *m = &s->mounts[i];

		if (m != but && path_within(path, m->target) &&
			(!found || strlen(m->target) >= strlen(found->target)))
			found = m;
	}
	return found;
}

/* Nothing of the image is seen from there on. */
static bool covers(const struct resolved *s, const char *here, bool last,
	const struct resolved_mount *but)
{
	static const char *const engines[] = {"/dev", "/proc", "/sys"};
	const struct resolved_mount *m = mount_over(s, here, but);

	for (size_t i = 0; i < COUNT_OF(engines); i++)
		if (!last && !strcmp(here, engines[i]))
			return true;
	return m && !strcmp(m->target, here);
}

/* The last name of todo's first n bytes is a link: todo becomes the path through it. */
static int follow(struct image_look *k, char **todo, size_t n,
	const struct container_path *p, struct way *w, struct err *e)
{
	bool last = !(*todo)[n];
	char *next = path_join(p->link, last ? "" : *todo + n + 1);

	(*todo)[n] = 0;
	if (!w->link)
		w->link = xstrdup(*todo);
	w->direct = w->direct && p->direct;
	if (++w->links > LINKS_MAX) {
		free(next);
		return err_set(e, ELOOP,
			"the image %s has symbolic links in a ring at %s", k->image,
			w->link);
	}
	free(*todo);
	*todo = next;
	return 0;
}

/* No link is in the first at bytes of todo. */
static int walk(struct image_look *k, const struct resolved *s, char **todo,
	enum way_end end, const struct resolved_mount *but, struct way *w, struct err *e)
{
	for (size_t at = 0; (*todo)[at] && (*todo)[at + 1];) {
		size_t n = at + 1 + strcspn(*todo + at + 1, "/");
		AUTO_FREE char *here = xstrndup(*todo, n), *link = NULL;
		bool last = !(*todo)[n];
		struct container_path p = {0};

		if (covers(s, here, last, but))
			return 0;
		if (image_look_path(k, here, &p, e) < 0)
			return -1;
		link = p.link;
		w->is_link = last && link && end == WAY_KEEP;
		if (!p.found)
			return 0;
		at = n;
		if (link && !w->is_link) {
			if (follow(k, todo, n, &p, w, e) < 0)
				return -1;
			at = 0;
		}
	}
	return 0;
}

int way_find(struct image_look *k, const struct resolved *s, const char *path,
	enum way_end end, const struct resolved_mount *but, struct way *out,
	struct err *e)
{
	*out = (struct way){.real = path_join("/", path), .direct = true};
	if (walk(k, s, &out->real, end, but, out, e) < 0) {
		way_free(out);
		return -1;
	}
	out->in = mount_over(s, out->real, but);
	return 0;
}

int way_refuse(const struct image_look *k, const struct way *w, struct err *e)
{
	return err_set(e, ELOOP,
		"the image %s has a symbolic link at %s, which leads into the mount at "
		"%s: there the engine would read and write as root; use another image, "
		"or another place for that mount",
		k->image, w->link ? w->link : w->real, w->in ? w->in->target : w->real);
}
