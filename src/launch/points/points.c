/* SPDX-License-Identifier: MIT */
#include "launch/points/points.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "launch/points/again.h"
#include "launch/points/below.h"
#include "launch/points/list.h"
#include "launch/points/way.h"

/* Without them nothing of the host's could be meant. */
static bool has_users_mount(const struct resolved *s)
{
	for (size_t i = 0; i < s->n_mounts; i++)
		if (mount_is_users(&s->mounts[i]))
			return true;
	return false;
}

/* A mount that the image's link moves must not come to lie over what is not below the
 * place that was asked for. */
static int check_moved(struct image_look *k, const struct resolved *s,
	const struct resolved_mount *m, const struct way *w, struct err *e)
{
	AUTO_STRV struct strv paths = {0};

	container_own_paths(k->g, s, &paths);
	strv_add(&paths, "/etc/passwd");
	strv_add(&paths, "/etc/group");
	for (size_t i = 0; i < s->n_files; i++)
		strv_add(&paths, s->files[i].path);
	for (size_t i = 0; i < paths.n; i++)
		if (path_within(paths.v[i], w->real))
			return err_set(e, ELOOP,
				"the image %s has a symbolic link at %s, through which "
				"the mount at %s would lie over %s; use another image, "
				"or "
				"mount at %s if that is meant",
				k->image, w->link, m->target, paths.v[i], w->real);
	return 0;
}

static int settle_mount(
	struct image_look *k, struct resolved *s, struct resolved_mount *m, struct err *e)
{
	AUTO_WAY struct way w = {0};

	if (way_find(k, s, m->target, WAY_FOLLOW, m, &w, e) < 0 ||
		(w.link && check_moved(k, s, m, &w, e) < 0))
		return -1;
	str_set(&m->target, w.real);
	return 0;
}

static size_t depth(const char *path)
{
	size_t n = 0;

	for (; (path = strchr(path, '/')); path++)
		n++;
	return n;
}

/* In the order in which the engine mounts: what is mounted covers the image. */
static int settle_mounts(struct image_look *k, struct resolved *s, struct err *e)
{
	AUTO_FREE bool *done = xcalloc(s->n_mounts + 1, sizeof *done);

	for (size_t left = s->n_mounts; left; left--) {
		size_t next = s->n_mounts;

		for (size_t i = 0; i < s->n_mounts; i++)
			if (!done[i] && (next == s->n_mounts ||
						depth(s->mounts[i].target) <
							depth(s->mounts[next].target)))
				next = i;
		if (settle_mount(k, s, &s->mounts[next], e) < 0)
			return -1;
		done[next] = true;
	}
	return 0;
}

static int settle_path(
	struct image_look *k, const struct resolved *s, char **path, struct err *e)
{
	AUTO_WAY struct way w = {0};

	if (way_find(k, s, *path, WAY_FOLLOW, NULL, &w, e) < 0)
		return -1;
	if (w.link)
		str_set(path, w.real);
	return 0;
}

int points_settle(struct image_look *k, struct resolved *s, struct err *e)
{
	const struct image *config;

	if (!has_users_mount(s))
		return 0;
	if (settle_mounts(k, s, e) < 0 || image_look_config(k, &config, e) < 0)
		return -1;
	for (size_t i = 0; i < s->set.n_devices; i++)
		if (settle_path(k, s, &s->set.devices[i].target, e) < 0)
			return -1;
	if (!s->set.workdir && config->workdir && *config->workdir) {
		AUTO_FREE char *at = xstrdup(config->workdir);

		if (settle_path(k, s, &at, e) < 0)
			return -1;
		if (strcmp(at, config->workdir) != 0)
			str_set(&s->set.workdir, at);
		return 0;
	}
	return s->set.workdir ? settle_path(k, s, &s->set.workdir, e) : 0;
}

/* The mount that the engine would make p in. */
static const struct resolved_mount *mount_above(
	const struct resolved *s, const struct point *p)
{
	const struct resolved_mount *found = NULL;

	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct resolved_mount *m = &s->mounts[i];

		if (path_within(p->path, m->target) && strcmp(p->path, m->target) != 0 &&
			(!found || strlen(m->target) >= strlen(found->target)))
			found = m;
	}
	return found;
}

int points_make(struct image_look *k, const struct resolved *s, struct points *out,
	cJSON *notes, struct err *e)
{
	AUTO_POINTS struct points all = {0};

	if (!has_users_mount(s))
		return 0;
	if (points_list(k, s, &all, e) < 0)
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		const struct point *p = &all.v[i];
		const struct resolved_mount *m = mount_above(s, p);

		if (m && mount_is_users(m) && point_make(m, p, e) < 0)
			return -1;
		if (m && mount_is_users(m) && notes)
			points_note(notes, m, p);
		if (m && m->type == MOUNT_VOLUME)
			points_add(out, p->path, p->kind, p->is_directory);
	}
	return 0;
}

int points_prove(struct engine *g, const char *id, const struct resolved *s,
	const struct points *p, struct err *e)
{
	for (size_t i = 0; i < p->n; i++) {
		const char *path = p->v[i].path,
			   *target = mount_above(s, &p->v[i])->target;

		for (const char *at = path + strlen(target); *at;) {
			struct container_path found = {0};
			AUTO_FREE char *here = NULL, *link = NULL;

			at += 1 + strcspn(at + 1, "/");
			here = xstrndup(path, (size_t)(at - path));
			if (container_path_look(g, id, here, &found, e) < 0)
				return -1;
			link = found.link;
			if (link)
				return err_set(e, ELOOP,
					"the volume at %s has a symbolic link at %s, "
					"through which the engine would make and mount "
					"as root; remove it, or name the place it leads "
					"to",
					target, here);
			if (!found.found)
				break;
		}
	}
	return 0;
}
