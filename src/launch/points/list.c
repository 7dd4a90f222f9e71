/* SPDX-License-Identifier: MIT */
#include "launch/points/list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "launch/points/below.h"
#include "launch/points/way.h"

void points_free(struct points *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->v[i].path);
	free(p->v);
	*p = (struct points){0};
}

void points_add(
	struct points *p, const char *path, enum point_kind kind, bool is_directory)
{
	p->v = xrealloc(p->v, (p->n + 1) * sizeof *p->v);
	p->v[p->n++] = (struct point){xstrdup(path), kind, is_directory};
}

/* Could a link of the image lead through a mount of the user's, where the link that comes
 * next is not the image's? Only where the image has something at that place. */
static int could_pass(
	struct image_look *k, const struct resolved *s, bool *yes, struct err *e)
{
	for (size_t i = 0; i < s->n_mounts && !*yes; i++) {
		struct container_path p = {0};

		if (!mount_is_users(&s->mounts[i]))
			continue;
		if (image_look_path(k, s->mounts[i].target, &p, e) < 0)
			return -1;
		free(p.link);
		*yes = p.found;
	}
	return 0;
}

/* What the engine mounts by a name that is not ours to settle. */
static int add_engines(struct image_look *k, const struct resolved *s, const char *name,
	struct points *p, struct err *e)
{
	AUTO_WAY struct way w = {0};
	size_t n = strlen(name);
	bool passes = false;

	for (size_t i = 0; i < s->n_mounts; i++) /* the user's takes its place */
		if (!strncmp(s->mounts[i].target, name, n - (name[n - 1] == '/')) &&
			!s->mounts[i].target[n - (name[n - 1] == '/')])
			return 0;
	if (way_find(k, s, name, WAY_FOLLOW, NULL, &w, e) < 0)
		return -1;
	if (w.link && w.in && mount_is_users(w.in))
		return way_refuse(k, &w, e);
	if (w.link && !w.direct && could_pass(k, s, &passes, e) < 0)
		return -1;
	if (passes)
		return err_set(e, ELOOP,
			"the image %s has a symbolic link at %s, which may lead through "
			"a mount; use another image, or mount where this one has nothing",
			k->image, w.link);
	points_add(p, w.real, POINT_ENGINES, name[n - 1] == '/');
	return 0;
}

/* The vendor's hook lays the driver's files below these, as root. */
static int check_hooks(struct image_look *k, const struct resolved *s, struct err *e)
{
	static const char *const places[] = {"/usr/bin", "/usr/lib", "/usr/lib64",
		"/lib64", "/lib", "/usr/share", "/etc", "/run", "/var/run",
		"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"};

	for (size_t i = 0; i < COUNT_OF(places); i++) {
		AUTO_WAY struct way w = {0};

		if (way_find(k, s, places[i], WAY_FOLLOW, NULL, &w, e) < 0)
			return -1;
		if (w.in && mount_is_users(w.in))
			return err_set(e, EPERM,
				"mount %s: files of the GPU driver would be laid there, "
				"in "
				"%s, as root; mount what is needed below it one by one, "
				"or "
				"go without GPUs: --gpus none",
				w.in->target, w.in->source);
	}
	return 0;
}

int points_list(
	struct image_look *k, const struct resolved *s, struct points *p, struct err *e)
{
	const struct image *config;
	AUTO_STRV struct strv own = {0};
	const char *workdir;

	if (image_look_config(k, &config, e) < 0)
		return -1;
	for (size_t i = 0; i < s->n_mounts; i++)
		points_add(p, s->mounts[i].target, POINT_MOUNT,
			mount_of_directory(&s->mounts[i]));
	for (size_t i = 0; i < s->n_files; i++)
		if (!s->files[i].data)
			points_add(p, s->files[i].path, POINT_MOUNT, true);
	container_own_paths(k->g, s, &own);
	for (size_t i = 0; i < config->volumes.n; i++)
		strv_addf(&own, "%s/", config->volumes.v[i]);
	for (size_t i = 0; i < own.n; i++)
		if (add_engines(k, s, own.v[i], p, e) < 0)
			return -1;
	for (size_t i = 0; i < s->set.n_devices; i++)
		points_add(p, s->set.devices[i].target, POINT_DEVICE, false);
	if (s->set.gpus.select != GPU_NONE && check_hooks(k, s, e) < 0)
		return -1;
	workdir = s->set.workdir ? s->set.workdir : config->workdir;
	if (workdir && *workdir == '/')
		points_add(p, workdir, POINT_WORKDIR, true);
	return 0;
}
