/* SPDX-License-Identifier: MIT */
/* devices: nodes and directories of nodes, with the groups that may open them. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/mem.h"
#include "host/desktop.h"
#include "launch/ids.h"
#include "launch/resolve/resolve.h"

int resolve_node(struct resolving *r, const char *source, const char *target,
	const char *permissions, struct err *e)
{
	gid_t gid;
	mode_t mode;

	for (size_t i = 0; i < r->s->set.n_devices; i++)
		if (!strcmp(r->s->set.devices[i].target, target))
			return 0; /* a GPU's, or of a directory that was named as well */
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

static int add_directory(
	struct resolving *r, const struct plan_device *d, const char *real, struct err *e)
{
	DIR *dir = opendir(real);
	struct dirent *entry;
	int found = 0;

	if (!dir)
		return err_errno(e, "device %s", d->source);
	while ((entry = readdir(dir))) {
		AUTO_FREE char *source = xasprintf("%s/%s", real, entry->d_name);
		AUTO_FREE char *target = xasprintf("%s/%s", d->target, entry->d_name);

		if (entry->d_type == DT_CHR || entry->d_type == DT_BLK)
			found += resolve_node(r, source, target, d->permissions, e) == 0;
	}
	closedir(dir);
	return found ? 0
		     : err_set(e, ENOENT, "device %s holds no device nodes", d->source);
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
	if (!real || stat(real, &st) < 0) {
		if (d->optional && errno == ENOENT) {
			log_debug("no device %s; going without", d->source);
			return 0;
		}
		err_errno(e, "device %s", d->source);
		return err_hint(e, "say optional = true to go without");
	}
	if (S_ISDIR(st.st_mode))
		return add_directory(r, d, real, e);
	return resolve_node(r, real, d->target, d->permissions, e);
}

int resolve_devices(struct resolving *r, struct err *e)
{
	for (size_t i = 0; i < r->p->set.n_devices; i++) {
		AUTO_FREE char *key = xasprintf("device/%zu", i);

		if (add_device(r, &r->p->set.devices[i], e) < 0)
			return plan_fail(r->p, key, e);
	}
	return 0;
}
