/* SPDX-License-Identifier: MIT */
/* Where this user's jobs are submitted. */
#include "batch/image/images.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/size.h"
#include "engine/image.h"
#include "launch/carry/news.h"

#define TARS "jobs/images"

static const char *hex_of(const char *id)
{
	const char *colon = strchr(id, ':');

	return colon ? colon + 1 : id;
}

static char *tar_path(const char *id)
{
	AUTO_FREE char *name = xasprintf(TARS "/%s.tar", hex_of(id));

	return xdg_path("STATE", name);
}

/* By which a registry has what the profile names; what was built or loaded here is called
 * so too by some engines. NULL = none. */
static const char *digest_of(const struct plan *p, const struct image *image)
{
	if (p->build.wanted || !p->image)
		return NULL;
	if (strstr(p->image, "@sha256:"))
		return p->image;
	for (size_t i = 0; i < image->digests.n; i++)
		if (strncmp(image->digests.v[i], "localhost/", 10) != 0)
			return image->digests.v[i];
	return NULL;
}

static void add_tar(cJSON *to, const char *id, int64_t size)
{
	AUTO_FREE char *path = tar_path(id);

	json_put(to, "tar", path);
	cJSON_DeleteItemFromObject(to, "size");
	cJSON_AddItemToObject(to, "size", json_whole(size));
}

static int add(struct engine *g, const struct plan *p, const struct resolved *s, bool tar,
	bool elsewhere, cJSON *to, struct err *e)
{
	AUTO_IMAGE struct image image = {0};
	cJSON *one = cJSON_CreateObject();
	const char *digest;
	bool found;

	cJSON_AddItemToArray(to, one);
	json_put(one, "id", s->image_id);
	if (image_inspect(g, s->image_id, &image, &found, e) < 0)
		return -1;
	digest = found ? digest_of(p, &image) : NULL;
	if (digest && !tar) {
		json_put(one, "digest", digest);
	} else if (tar || elsewhere) {
		add_tar(one, s->image_id, image.size);
	}
	return 0;
}

cJSON *images_json(struct engine *g, const struct plan *p, const struct resolved *s,
	bool tar, bool elsewhere, struct err *e)
{
	cJSON *all = cJSON_CreateArray();
	int rc = add(g, p, s, tar, elsewhere, all, e);

	for (size_t i = 0; !rc && i < s->n_services; i++)
		rc = add(g, &p->services[i], &s->services[i], tar, elsewhere, all, e);
	if (!rc)
		return all;
	cJSON_Delete(all);
	return NULL;
}

int images_here(struct engine *g, cJSON *images, bool elsewhere, struct err *e)
{
	cJSON *one;

	cJSON_ArrayForEach(one, images)
	{
		AUTO_IMAGE struct image image = {0};
		const char *id = json_str(one, "id");
		bool found, wanted = elsewhere || json_str(one, "tar");

		cJSON_DeleteItemFromObject(one, "tar");
		if (!id || strspn(hex_of(id), "0123456789abcdef") != strlen(hex_of(id)))
			return err_set(e, EINVAL, "the frozen plan has no image");
		if (json_str(one, "digest") || !wanted)
			continue;
		if (image_inspect(g, id, &image, &found, e) < 0)
			return -1;
		if (!found)
			return err_set(e, ENOENT,
				"the engine here has no image %s; submit the job again",
				id);
		add_tar(one, id, image.size);
	}
	return 0;
}

struct saving {
	int fd;
	const char *path;
	struct carry_news news;
	struct err *e;
};

static int write_some(void *ctx, const char *p, size_t n)
{
	struct saving *s = ctx;

	carry_news_add(&s->news, (int64_t)n);
	while (n) {
		ssize_t k = write(s->fd, p, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0) {
			err_errno(s->e, "%s", s->path);
			return err_hint(s->e,
				"let the image be where there is room, XDG_STATE_HOME, "
				"or "
				"in a registry: cnnrun build --push, and its digest");
		}
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

/* It is there whole or not at all, whoever else saves it. */
static int save(struct engine *g, const char *id, const char *path, int64_t size,
	const struct run_hooks *h, struct err *e)
{
	AUTO_FREE char *part = xasprintf("%s.XXXXXX.part", path);
	AUTO_FREE char *words = NULL;
	struct saving s = {
		.path = path, .e = e, .news.sink = h->news.event ? &h->news : NULL};
	int rc;

	s.fd = mkostemps(part, (int)strlen(".part"), O_CLOEXEC);
	if (s.fd < 0)
		return err_errno(e, "%s", part);
	carry_news_begin(&s.news, size, "saving the image for the nodes");
	rc = image_save(g, id, write_some, &s, e);
	if (!rc && fsync(s.fd) < 0)
		rc = err_errno(e, "%s", path);
	if (close(s.fd) < 0 && !rc)
		rc = err_errno(e, "%s", path);
	carry_news_end(&s.news);
	if (h->news_end)
		h->news_end(h->news.ctx);
	if (!rc && rename(part, path) < 0)
		rc = err_errno(e, "%s", path);
	if (rc < 0) {
		unlink(part);
		return -1;
	}
	words = size_words(s.news.done);
	log_info("the image, for the nodes: %s, %s", path, words);
	return 0;
}

int images_save(
	struct engine *g, const cJSON *images, const struct run_hooks *h, struct err *e)
{
	const cJSON *one;

	cJSON_ArrayForEach(one, images)
	{
		const char *path = json_str(one, "tar");
		AUTO_FREE char *dir = path ? path_join(path, "..") : NULL;

		if (json_str(one, "digest"))
			log_info("the nodes pull %s", json_str(one, "digest"));
		if (!path || access(path, R_OK) == 0)
			continue;
		if (dir_make(dir, 0700, e) < 0 ||
			save(g, json_str(one, "id"), path, json_int64(one, "size", 0), h,
				e) < 0)
			return -1;
	}
	return 0;
}
