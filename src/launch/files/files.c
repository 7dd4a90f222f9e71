/* SPDX-License-Identifier: MIT */
#include "launch/files/files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine/container.h"
#include "launch/files/bind_files.h"
#include "launch/files/identity.h"
#include "launch/points/way.h"

/* What is put into a container has to come before its file system is closed to us. */
static int far_readonly(const struct image_look *k, struct err *e)
{
	return err_set(e, ENOTSUP,
		"the engine at %s is another machine's, and has no way for the entries "
		"of your user into a read-only container; go without c:readonly, or "
		"c:user \"image\"",
		engine_info(k->g)->url);
}

/* Only root could edit what is root's, and a user without capabilities does not become
 * root. A container that is kept, or that the engine starts anew, outlives our directory;
 * a remapped root does not get into it. */
static int may_bind(struct image_look *k, const struct resolved *s, struct err *e)
{
	const struct engine_facts *facts;

	if (!(engine_info(k->g)->can & CAN_SAME_HOST))
		return s->set.readonly_rootfs && (s->n_files || s->identity.wanted)
			       ? far_readonly(k, e)
			       : 0;
	if (s->set.readonly_rootfs)
		return 1;
	if (!s->has_user || s->uid == 0 || s->set.privileged || s->set.cap_add.n ||
		settings_as_docker(&s->set) || s->set.keep || resolved_restarts(s))
		return 0;
	if (engine_facts(k->g, &facts, e) < 0)
		return -1;
	return facts->users != USERS_SHIFTED || s->userns;
}

static int refuse_covered(
	const struct resolved_file *f, const struct way *w, struct err *e)
{
	return err_set(e, EPERM,
		"%s lies below the mount at %s, where it would have to be written as "
		"root; mount what you need below %s one by one, or choose another place",
		f->path, w->in->target, w->in->target);
}

/* A mount of the plan's lies at f or above it. */
static int place_covered(struct resolved *s, struct resolved_file *f, const struct way *w,
	const char *dir, int may, struct err *e)
{
	/* what the profile mounts there is what it wants there; a directory below the
	 * user's own is made there, as one to mount on */
	f->bound = !strcmp(w->real, w->in->target) || (!f->data && mount_is_users(w->in));
	if (f->bound)
		return 0;
	if (may <= 0 || (!f->data && w->in->type == MOUNT_VOLUME))
		return refuse_covered(f, w, e);
	return bind_file(s, f, dir, e);
}

/* Where the image has a symlink. A mount on it would lie over what it leads to: over the
 * file of another zone, in the case of /etc/localtime; what is put there takes its place.
 */
static int place_on_link(struct image_look *k, struct resolved *s,
	struct resolved_file *f, const char *dir, int may, struct err *e)
{
	AUTO_WAY struct way w = {0};

	if (way_find(k, s, f->path, WAY_FOLLOW, NULL, &w, e) < 0)
		return -1;
	if (w.in)
		return way_refuse(k, &w, e);
	if (may <= 0 || !s->set.readonly_rootfs)
		return 0;
	str_set(&f->path, w.real);
	return bind_file(s, f, dir, e);
}

static int place(struct image_look *k, struct resolved *s, struct resolved_file *f,
	const char *dir, int may, struct err *e)
{
	AUTO_WAY struct way w = {0};
	bool roots = f->uid == 0 && (f->mode & 0004);

	f->bound = false;
	if (way_find(k, s, f->path, WAY_KEEP, NULL, &w, e) < 0)
		return -1;
	if (w.in && w.link)
		return way_refuse(k, &w, e);
	if (w.in)
		return place_covered(s, f, &w, dir, may, e);
	str_set(&f->path, w.real);
	if (w.is_link)
		return place_on_link(k, s, f, dir, may, e);
	if (may > 0 &&
		(s->set.readonly_rootfs || (f->data && (roots || f->uid == getuid()))))
		return bind_file(s, f, dir, e);
	return 0;
}

int files_bind(struct image_look *k, struct resolved *s, const char *dir, struct err *e)
{
	int may = may_bind(k, s, e);
	const char *hosts;

	if (may < 0 || identity_files(k, s, e) < 0)
		return -1;
	hosts = may ? container_hosts(k->g, s) : NULL;
	if (hosts)
		resolved_add_file(s, "/etc/hosts", hosts, strlen(hosts), 0644, 0, 0);
	for (size_t i = 0; i < s->n_files; i++)
		if (place(k, s, &s->files[i], dir, may, e) < 0)
			return -1;
	return may;
}

void files_unbind(struct resolved *s, size_t n_mounts)
{
	for (size_t i = 0; i < s->n_files; i++)
		for (size_t k = n_mounts; k < s->n_mounts; k++)
			if (!strcmp(s->files[i].path, s->mounts[k].target))
				s->files[i].bound = false;
	resolved_trim(s, s->n_files, n_mounts);
}

int files_put(struct engine *g, const char *id, const struct resolved *s, struct err *e)
{
	AUTO_FREE struct resolved_file *left = NULL;
	size_t n = 0;

	if (!s->n_files || s->set.readonly_rootfs)
		return 0;
	left = xcalloc(s->n_files, sizeof *left);
	for (size_t i = 0; i < s->n_files; i++)
		if (!s->files[i].bound)
			left[n++] = s->files[i];
	return container_put_files(g, id, s, left, n, e);
}
