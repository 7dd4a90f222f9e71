/* SPDX-License-Identifier: MIT */
/* What git and its like obey on this machine is read-only in the container: a mount over
 * each such file or directory. A mount point can be neither removed nor renamed, but a
 * directory above it can: so each directory between is mounted on itself. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "host/repository/repository.h"
#include "launch/resolve/resolve.h"

static bool is_guarded(const struct resolved_mount *m)
{
	return m->type == MOUNT_BIND && !m->readonly && m->fd >= 0 && m->git == GIT_READ;
}

/* Is target, below what m mounts, the place of another of the first n mounts, or hidden
 * by one? Those of guards come after them. */
static bool is_taken(
	const struct resolved *s, size_t n, const char *top, const char *target)
{
	for (size_t i = 0; i < s->n_mounts; i++) {
		const char *other = s->mounts[i].target;

		if (i >= n ? !strcmp(other, target)
			   : path_within(target, other) && path_within(other, top) &&
					strcmp(other, top) != 0)
			return true;
	}
	return false;
}

/* The part of path below top; NULL = it is top, or not below. */
static const char *below(const char *path, const char *top)
{
	const char *rest = path + strlen(top);

	if (!path_within(path, top))
		return NULL;
	while (*rest == '/')
		rest++;
	return *rest ? rest : NULL;
}

/* One of the first n mounts, by its number: adding moves them. */
static int guard(struct resolved *s, size_t n, size_t i, const char *source,
	bool readonly, struct err *e)
{
	AUTO_FREE char *target =
		path_join(s->mounts[i].target, below(source, s->mounts[i].source));
	struct resolved_mount *m;
	int fd;

	if (is_taken(s, n, s->mounts[i].target, target))
		return 0;
	fd = open(source, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno != ENOENT)
		return err_errno(e, "mount %s", source);
	m = resolved_add_mount(s, MOUNT_BIND, source, target);
	m->readonly = readonly;
	m->create = fd < 0;
	m->fd = fd;
	return 0;
}

static int guard_way(
	struct resolved *s, size_t n, size_t i, const char *path, struct err *e)
{
	AUTO_FREE char *way = xstrdup(path);
	size_t start = (size_t)(below(path, s->mounts[i].source) - path);

	for (char *slash = strchr(way + start, '/'); slash;
		slash = strchr(slash + 1, '/')) {
		*slash = 0;
		if (guard(s, n, i, way, false, e) < 0)
			return -1;
		*slash = '/';
	}
	return guard(s, n, i, path, true, e);
}

/* Does another one, which m has too, hold it? Then that is read-only as a whole. */
static bool is_held(const struct strv *own, size_t k, const char *top)
{
	for (size_t j = 0; j < own->n; j++)
		if (below(own->v[k], own->v[j]) && below(own->v[j], top))
			return true;
	return false;
}

static int guard_mount(
	struct resolved *s, size_t n, size_t i, const struct strv *own, struct err *e)
{
	for (size_t k = 0; k < own->n; k++)
		if (below(own->v[k], s->mounts[i].source) &&
			!is_held(own, k, s->mounts[i].source) &&
			guard_way(s, n, i, own->v[k], e) < 0)
			return -1;
	return 0;
}

/* What no mount of ours can keep. */
static void ask(struct resolving *r, const struct resolved_mount *m,
	const struct repositories *found)
{
	for (size_t k = 0; k < found->own.n; k++)
		if (path_within(m->source, found->own.v[k]))
			rights_add_path(r->rights, RIGHT_GIT_WRITE, m->source, true);
	for (size_t k = 0; k < found->links.n; k++)
		if (path_within(found->links.v[k], m->source))
			rights_add_path(
				r->rights, RIGHT_GIT_WRITE, found->links.v[k], true);
	if (found->more)
		rights_add(r->rights, RIGHT_GIT_WRITE, m->source);
}

/* Is nothing above it, nor the same before it, looked through as well? */
static bool is_outermost(const struct resolved *s, size_t i)
{
	for (size_t j = 0; j < s->n_mounts; j++)
		if (j != i && is_guarded(&s->mounts[j]) &&
			path_within(s->mounts[i].source, s->mounts[j].source) &&
			(j < i || strcmp(s->mounts[i].source, s->mounts[j].source) != 0))
			return false;
	return true;
}

int resolve_repositories(struct resolving *r, struct err *e)
{
	AUTO_REPOSITORIES struct repositories found = {0};
	size_t n = r->s->n_mounts;

	for (size_t i = 0; i < n; i++)
		if (is_guarded(&r->s->mounts[i]))
			repositories_find(r->s->mounts[i].source,
				is_outermost(r->s, i) &&
					reach_is_own(r, r->s->mounts[i].source),
				&found);
	for (size_t i = 0; i < n; i++) {
		if (!is_guarded(&r->s->mounts[i]))
			continue;
		ask(r, &r->s->mounts[i], &found);
		if (guard_mount(r->s, n, i, &found.own, e) < 0)
			return -1;
	}
	return 0;
}

static bool is_mounted(const struct resolved *s, const char *target)
{
	for (size_t i = 0; i < s->n_mounts; i++)
		if (!strcmp(s->mounts[i].target, target))
			return true;
	return false;
}

void repositories_made(const struct resolved *s)
{
	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct resolved_mount *m = &s->mounts[i];
		AUTO_FREE char *git = path_join(m->target, ".git");

		if (is_guarded(m) && !is_mounted(s, git) && repository_is(m->source))
			log_warn("the container made a repository in %s: git obeys what "
				 "is written there; look at it before you run git in "
				 "that directory",
				m->source);
	}
}
