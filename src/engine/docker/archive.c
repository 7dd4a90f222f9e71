/* SPDX-License-Identifier: MIT */
/* Files of a container, looked at and read through the archive API. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "engine/docker/docker.h"
#include "engine/docker/ustar.h"
#include "engine/http/base64.h"

#define LINKS_MAX 16
#define TAR_EXTRA ((size_t)64 << 10) /* headers and padding around one file */

struct fetch {
	struct buf tar;
	size_t max;
	bool too_big, no_file;
	struct err *e;
};

/* Stops at what is not wanted: a directory would come with all that is below it. */
static int take(void *ctx, const char *p, size_t n)
{
	struct fetch *f = ctx;
	struct ustar_member m;
	size_t at = 0;
	int got;

	buf_add(&f->tar, p, n);
	f->too_big = f->tar.n > f->max + TAR_EXTRA;
	if (f->too_big)
		return -1;
	got = ustar_next(&f->tar, &at, &m, f->e);
	f->no_file = got == 1 && !strchr("012", m.type);
	return got < 0 || f->no_file ? -1 : 0;
}

/* What the engine tells of a path in a header; NULL when that is nothing. The caller
 * deletes. */
static cJSON *path_stat(const struct reply *r)
{
	const char *stat = kvs_get(&r->head, "x-docker-container-path-stat");
	AUTO_BUF struct buf text = {0};

	if (!stat || base64_decode(stat, strlen(stat), &text) < 0)
		return NULL;
	return cJSON_ParseWithLength(buf_str(&text), text.n);
}

/* Where a symlink leads: the engine resolves it in the container. */
static char *link_target(const struct reply *r, const char *path, const char *link)
{
	AUTO_JSON cJSON *stat = path_stat(r);
	const char *target = json_str(stat, "linkTarget");
	AUTO_FREE char *dir = NULL;

	if (target && *target == '/')
		return xstrdup(target);
	dir = xstrndup(path, (size_t)(strrchr(path, '/') - path));
	return path_join(*dir ? dir : "/", link);
}

/* One step: *next is the target when path is a symlink. */
static int fetch(struct engine *g, const char *id, const char *path, struct fetch *f,
	struct ustar_member *m, bool *found, char **next, struct err *e)
{
	AUTO_FREE char *name = url_segment(id);
	AUTO_BUF struct buf url = {0};
	AUTO_REPLY struct reply r = {0};
	struct http_request req = {.method = "GET",
		.data = take,
		.data_ctx = f,
		.timeout_ms = engine_patience(g, "GET")};
	size_t at = 0;
	int got;

	buf_addf(&url, "/containers/%s/archive", name);
	url_param(&url, "path", path);
	req.path = url.p;
	if (engine_do(g, &req, &r, e) < 0) {
		*found = false;
		if (f->too_big)
			return err_set(
				e, EFBIG, "%s: larger than %zu bytes", path, f->max);
		return f->no_file ? 0 : -1;
	}
	*found = r.status != 404;
	if (r.status == 404)
		return 0;
	if (r.status >= 300)
		return engine_fail(e, &r);
	got = ustar_next(&f->tar, &at, m, e);
	if (got < 0)
		return -1;
	if (!got || (m->type != '2' && (size_t)(f->tar.p + f->tar.n - m->data) < m->n))
		return err_set(
			e, EPROTO, "%s: the container engine sent half of it", path);
	if (m->type == '2')
		*next = link_target(&r, path, m->link);
	return 0;
}

int docker_get_file(struct engine *g, const char *id, const char *path, size_t max,
	struct buf *out, bool *found, struct err *e)
{
	AUTO_FREE char *at = path_join("/", path);
	struct err local = {0};

	e = e ? e : &local;
	for (int i = 0; i < LINKS_MAX; i++) {
		struct fetch f = {.max = max, .e = e};
		struct ustar_member m = {0};
		char *next = NULL;
		int rc = fetch(g, id, at, &f, &m, found, &next, e);

		if (rc == 0 && *found && !next) {
			if (m.n <= max)
				buf_add(out, m.data, m.n);
			else
				rc = err_set(
					e, EFBIG, "%s: larger than %zu bytes", at, max);
		}
		buf_free(&f.tar);
		if (rc < 0)
			return err_wrap(e, "read %s of container %.12s", path, id);
		if (!next)
			return 0;
		free(at);
		at = next;
	}
	return err_set(
		e, ELOOP, "read %s of container %.12s: too many symlinks", path, id);
}

static int path_look(struct engine *g, const char *id, const char *path,
	struct container_path *out, struct err *e)
{
	enum { GO_SYMLINK = 1 << 27 }; /* of io/fs.FileMode */
	AUTO_FREE char *name = url_segment(id);
	AUTO_BUF struct buf url = {0};
	AUTO_REPLY struct reply r = {0};
	AUTO_JSON cJSON *stat = NULL;
	const char *target;

	buf_addf(&url, "/containers/%s/archive", name);
	url_param(&url, "path", path);
	if (engine_send(g, "HEAD", NULL, &r, e, "%s", url.p) < 0)
		return -1;
	stat = path_stat(&r); /* Podman says 404 too, of a link that leads nowhere */
	if (r.status == 404 && !stat)
		return 0;
	target = json_str(stat, "linkTarget");
	if ((r.status >= 300 && r.status != 404) || !stat)
		return err_set(e, EPROTO,
			"the container engine does not tell what %s of "
			"container %.12s is (status %ld)",
			path, id, r.status);
	out->found = true;
	if (!(json_int64(stat, "mode", 0) & GO_SYMLINK))
		return 0;
	if (!target || *target != '/')
		return err_set(e, EPROTO,
			"the container engine does not tell where the symbolic link %s "
			"of container %.12s leads",
			path, id);
	out->link = path_join("/", target);
	return 0;
}

int archive_look(struct engine *g, const char *id, const char *path,
	struct container_path *out, struct err *e)
{
	*out = (struct container_path){0};
	return path_look(g, id, path, out, e);
}

/* Does the link's own text say where it leads? Else it leads there by further links. */
static int is_direct(struct engine *g, const char *id, const char *path,
	const char *leads, bool *direct, struct err *e)
{
	struct fetch f = {.max = 0, .e = e};
	struct ustar_member m = {0};
	AUTO_FREE char *target = NULL, *dir = path_join(path, "..");
	bool found = false;
	char *next = NULL;
	int rc = fetch(g, id, path, &f, &m, &found, &next, e);

	free(next);
	if (rc == 0 && found && m.type == '2' && !strstr(m.link, "..")) {
		target = path_join(dir, m.link);
		*direct = !strcmp(target, leads);
	}
	buf_free(&f.tar);
	return rc;
}

int docker_path_look(struct engine *g, const char *id, const char *path,
	struct container_path *out, struct err *e)
{
	if (archive_look(g, id, path, out, e) < 0)
		return -1;
	return out->link ? is_direct(g, id, path, out->link, &out->direct, e) : 0;
}
