/* SPDX-License-Identifier: MIT */
/* Files put into a container through the archive API. */
#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/path.h"
#include "engine/docker/docker.h"
#include "engine/docker/no_network.h"
#include "engine/docker/ustar.h"

/* Mounts are in place while the engine unpacks: what lies below one would be written to
 * the host with root's rights. */
static int check_target(const struct resolved *s, const char *path, struct err *e)
{
	AUTO_FREE char *folded = path_join("/", path);

	if (*path != '/')
		return err_set(e, EINVAL, "not an absolute path: %s", path);
	for (size_t i = 0; s && i < s->n_mounts; i++) {
		AUTO_FREE char *target = path_join("/", s->mounts[i].target);

		if (s->mounts[i].type != MOUNT_TMPFS && path_within(folded, target))
			return err_set(e, EPERM,
				"%s lies below the mount %s: it would be written "
				"to the host as root",
				path, target);
		if (path_within(folded, target))
			return err_set(e, EPERM,
				"%s lies below the tmpfs %s: it would not be seen", path,
				target);
	}
	return 0;
}

/* Where the owner does not arrive as its owner, all in the container stand in for it. */
static int add(struct buf *tar, const struct resolved *s, const struct resolved_file *f,
	struct err *e)
{
	struct resolved_file put = *f;

	if (s && resolved_unshifted(s) && f->uid)
		put.mode |= (f->mode & 0700) >> 6;
	return ustar_add(tar, &put, e);
}

/* Puts what tar holds, and files. */
static int put(struct engine *g, const char *id, struct buf *tar,
	const struct resolved *s, const struct resolved_file *files, size_t n,
	struct err *e)
{
	AUTO_FREE char *name = url_segment(id);
	AUTO_FREE char *path = xasprintf("/containers/%s/archive?path=%%2F", name);
	AUTO_REPLY struct reply r = {0};
	struct http_request req = {.method = "PUT",
		.path = path,
		.type = "application/x-tar",
		.timeout_ms = engine_patience(g, "PUT")};

	if (!n && !tar->n)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (check_target(s, files[i].path, e) < 0 ||
			add(tar, s, &files[i], e) < 0)
			return -1;
	ustar_end(tar);
	req.body = tar->p;
	req.n_body = tar->n;
	if (engine_do(g, &req, &r, e) < 0)
		return -1;
	if (r.status >= 300) {
		engine_fail(e, &r);
		return err_wrap(e, "put files into container %.12s", id);
	}
	return 0;
}

int archive_put(struct engine *g, const char *id, const struct resolved *s,
	const struct resolved_file *files, size_t n, struct err *e)
{
	AUTO_BUF struct buf tar = {0};

	return put(g, id, &tar, s, files, n, e);
}

int docker_put_files(struct engine *g, const char *id, const struct resolved *s,
	const struct resolved_file *files, size_t n, struct err *e)
{
	AUTO_BUF struct buf tar = {0};

	if (s && no_network_lacks(s)) {
		const struct resolved_file hosts = no_network_hosts();

		if (ustar_add(&tar, &hosts, e) < 0)
			return -1;
	}
	return put(g, id, &tar, s, files, n, e);
}
