/* SPDX-License-Identifier: MIT */
/* devices: nodes, what patterns find, and all nodes of a directory, with the groups that
 * may open them. */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/mem.h"
#include "host/desktop.h"
#include "launch/ids.h"
#include "launch/resolve/resolve.h"

#define PATTERN "*?["

enum { MOST = 4096 }; /* files of a directory that are looked at */

static bool is_node(const struct stat *st)
{
	return S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode);
}

int resolve_node(struct resolving *r, const char *source, const char *target,
	const char *permissions, struct err *e)
{
	gid_t gid;
	mode_t mode;

	for (size_t i = 0; i < r->s->set.n_devices; i++)
		if (!strcmp(r->s->set.devices[i].target, target))
			return 0; /* a GPU's, or of a directory that was named as well */
	/* it binds nodes, where others make them */
	if (r->facts->users == USERS_ROOT_IS_YOU && strcmp(source, target) != 0) {
		err_set(e, ENOTSUP,
			"device %s: this engine is rootless and gives a device under its "
			"own name only",
			source);
		return err_hint(e, "write c:device \"%s\"", source);
	}
	if (device_group(source, &gid, &mode, e) < 0)
		return -1;
	resolved_add_device(r->s, source, target, permissions);
	/* a group is needed where the node is not everybody's but is its group's */
	if (r->s->has_user && r->s->uid != 0 && gid != 0 && !(mode & 06) &&
		(mode & 060)) {
		resolved_add_group(r->s, gid);
		rights_add_gid(r->rights, &r->me, gid);
	}
	return 0;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strverscmp((*a)->fts_name, (*b)->fts_name);
}

static int none(const struct plan_device *d, const char *what, struct err *e)
{
	if (d->optional) {
		log_debug("no device %s; going without", d->source);
		return 0;
	}
	err_set(e, ENOENT, "%s %s", what, d->source);
	return err_hint(e, "say optional = true to go without");
}

/* All nodes below real; no link is followed, and no other file system looked at. */
static int add_tree(
	struct resolving *r, const struct plan_device *d, const char *real, struct err *e)
{
	AUTO_FREE char *root = xstrdup(real);
	char *const roots[] = {root, NULL};
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, by_name);
	size_t found = 0, seen = 0, start = strlen(real);
	const FTSENT *entry;

	if (!tree)
		return err_errno(e, "device %s", d->source);
	while ((entry = fts_read(tree)) && ++seen <= MOST) {
		AUTO_FREE char *target =
			xasprintf("%s%s", d->target, entry->fts_path + start);

		if (entry->fts_info == FTS_DEFAULT && is_node(entry->fts_statp))
			found += resolve_node(r, entry->fts_path, target, d->permissions,
					 NULL) == 0;
	}
	fts_close(tree);
	if (seen > MOST)
		return err_set(
			e, E2BIG, "device %s: more than %d files in it", d->source, MOST);
	if (!found)
		return none(d, "there are no devices in", e);
	rights_add(r->rights, RIGHT_DEVICES, real);
	return 0;
}

/* What a pattern finds, by the name that it is found by. */
static int add_matching(struct resolving *r, const struct plan_device *d, struct err *e)
{
	const char *pattern = strrchr(d->source, '/') + 1;
	AUTO_FREE char *dir = xstrndup(d->source, (size_t)(pattern - d->source));
	struct dirent **entries = NULL;
	int n = scandir(dir, &entries, NULL, versionsort), rc = 0;
	bool found = false;

	if (strpbrk(dir, PATTERN))
		rc = err_set(e, EINVAL, "device %s: only its last part can be a pattern",
			d->source);
	for (int i = 0; i < n; i++) {
		AUTO_FREE char *path = xasprintf("%s%s", dir, entries[i]->d_name);
		AUTO_FREE char *real = fnmatch(pattern, entries[i]->d_name, FNM_PERIOD)
					       ? NULL
					       : realpath(path, NULL);
		struct stat st;

		if (!rc && real && stat(real, &st) == 0 && is_node(&st)) {
			rc = resolve_node(r, real, path, d->permissions, e);
			found = true;
		}
		free(entries[i]);
	}
	free(entries);
	return rc || found ? rc : none(d, "no device is", e);
}

/* The engine finds it; one that knows no such names would say nothing useful. */
static int add_cdi(struct resolving *r, const struct plan_device *d, struct err *e)
{
	if (r->facts->version && !r->facts->cdi && d->optional)
		return 0;
	if (r->facts->version && !r->facts->cdi)
		return err_set(e, ENOTSUP,
			"this engine passes no CDI devices on; use Docker 25 or newer "
			"with its feature \"cdi\", or Podman 5.4 or newer, or say "
			"optional = "
			"true to go without");
	resolved_add_device(r->s, d->source, d->target, d->permissions);
	return 0;
}

static int add_device(struct resolving *r, const struct plan_device *d, struct err *e)
{
	AUTO_FREE char *real = NULL; /* what the list names */
	struct stat st;

	if (device_is_cdi(d))
		return add_cdi(r, d, e);
	real = realpath(d->source, NULL);
	if (!real && strpbrk(d->source, PATTERN))
		return add_matching(r, d, e);
	if (!real || stat(real, &st) < 0)
		return errno == ENOENT ? none(d, "there is no device", e)
				       : err_errno(e, "device %s", d->source);
	if (S_ISDIR(st.st_mode))
		return add_tree(r, d, real, e);
	return resolve_node(r, real, d->target, d->permissions, e);
}

/* Adds it; what it asks for the user has granted by typing it. */
static int as_typed(struct resolving *r, const struct plan_device *d, struct err *e)
{
	AUTO_RIGHTS struct rights asked = {0};
	struct rights *all = r->rights;
	size_t before = r->s->set.n_devices;
	int rc;

	if (!d->typed)
		return add_device(r, d, e);
	r->rights = &asked;
	rc = add_device(r, d, e);
	r->rights = all;
	rights_add_typed(all, &asked);
	for (size_t i = before; i < r->s->set.n_devices; i++)
		r->s->set.devices[i].typed = true;
	return rc;
}

static int check_far(
	struct resolving *r, const char *key, const struct plan_device *d, struct err *e)
{
	AUTO_FREE char *what = xasprintf("device %s: what is there", d->source);

	return device_is_cdi(d)
		       ? 0
		       : resolve_elsewhere(r, key, what, d->optional,
				 "say optional = true to go without; CDI devices "
				 "are asked for by name",
				 e);
}

int resolve_devices(struct resolving *r, struct err *e)
{
	for (size_t i = 0; i < r->p->set.n_devices; i++) {
		AUTO_FREE char *key = xasprintf("device/%zu", i);
		const struct plan_device *d = &r->p->set.devices[i];
		int far = check_far(r, key, d, e);

		if (far < 0)
			return -1;
		if (far || as_typed(r, d, e) == 0)
			continue;
		plan_fail(r->p, key, e);
		if (e->code != ENOENT || resolve_lacks(r, RIGHT_DEVICE, d->source, e) < 0)
			return -1;
	}
	return 0;
}
