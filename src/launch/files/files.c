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

/* Only root could edit what is root's, and a user without capabilities does not become
 * root. A container that is kept, or that the engine starts anew, outlives our directory;
 * a remapped root does not get into it. */
static int may_bind(struct image_look *k, const struct resolved *s, struct err *e)
{
	const struct engine_facts *facts;

	if (s->set.readonly_rootfs)
		return 1;
	if (!s->has_user || s->uid == 0 || s->set.privileged || s->set.cap_add.n ||
		s->set.keep || resolved_restarts(s))
		return 0;
	if (engine_facts(k->g, &facts, e) < 0)
		return -1;
	return facts->users != USERS_SHIFTED || s->userns;
}

static bool has_writable_mount(const struct resolved *s)
{
	for (size_t i = 0; i < s->n_mounts; i++)
		if (s->mounts[i].type != MOUNT_TMPFS && !s->mounts[i].readonly)
			return true;
	return false;
}

static int refuse_link(const struct image_look *k, const char *path, struct err *e)
{
	return err_set(e, ELOOP,
		"the image %s has a symbolic link at %s, through which files for the "
		"container could be written to a mount; use another image, or mount "
		"read-only",
		k->s->image, path);
}

/* An image may have a symlink in the place of a directory that files are put into, and
 * that link may lead into a mount: the engine would write there, on the host, as root. */
static int check_way(struct image_look *k, const struct resolved_file *f, struct err *e)
{
	if (!has_writable_mount(k->s))
		return 0;
	for (const char *p = f->path + 1;; p++) {
		AUTO_FREE char *dir = NULL;
		bool is_link = false;

		if (*p && *p != '/')
			continue;
		if (!*p && f->data)
			return 0;
		dir = xstrndup(f->path, (size_t)(p - f->path));
		if (image_look_is_link(k, dir, &is_link, e) < 0)
			return -1;
		if (is_link)
			return refuse_link(k, dir, e);
		if (!*p)
			return 0;
	}
}

/* A mount on a link would lie over what it leads to: over the file of another zone, in
 * the case of /etc/localtime. */
static int is_bindable(struct image_look *k, const struct resolved *s,
	const struct resolved_file *f, bool *yes, struct err *e)
{
	bool roots = f->uid == 0 && (f->mode & 0004);
	bool is_link = false;

	*yes = false;
	if (bind_is_mounted(s, f->path))
		return 0;
	if (!s->set.readonly_rootfs && (!f->data || (!roots && f->uid != getuid())))
		return 0;
	if (check_way(k, f, e) < 0 || image_look_is_link(k, f->path, &is_link, e) < 0)
		return -1;
	if (is_link && s->set.readonly_rootfs && has_writable_mount(s))
		return refuse_link(k, f->path, e);
	*yes = !is_link || s->set.readonly_rootfs;
	return 0;
}

int files_bind(struct image_look *k, struct resolved *s, const char *dir, struct err *e)
{
	int may = may_bind(k, s, e);
	const char *hosts;

	if (may <= 0)
		return may;
	if (identity_files(k, s, e) < 0)
		return -1;
	hosts = container_hosts(k->g, s);
	if (hosts)
		resolved_add_file(s, "/etc/hosts", hosts, strlen(hosts), 0644, 0, 0);
	for (size_t i = 0; i < s->n_files; i++) {
		bool yes;

		s->files[i].bound = false;
		if (is_bindable(k, s, &s->files[i], &yes, e) < 0 ||
			(yes && bind_file(s, &s->files[i], dir, e) < 0))
			return -1;
	}
	return 1;
}

void files_unbind(struct resolved *s, size_t n_mounts)
{
	resolved_trim(s, s->n_files, n_mounts);
	for (size_t i = 0; i < s->n_files; i++)
		s->files[i].bound = false;
}

int files_put(struct image_look *k, struct resolved *s, bool has_identity, struct err *e)
{
	AUTO_FREE struct resolved_file *left = NULL;
	size_t n = 0;

	if (!has_identity && identity_files(k, s, e) < 0)
		return -1;
	if (!s->n_files || s->set.readonly_rootfs)
		return 0;
	left = xcalloc(s->n_files, sizeof *left);
	for (size_t i = 0; i < s->n_files; i++) {
		if (s->files[i].bound)
			continue;
		left[n++] = s->files[i];
		if (check_way(k, &s->files[i], e) < 0)
			return -1;
	}
	return container_put_files(k->g, k->id, s, left, n, e);
}
