/* SPDX-License-Identifier: MIT */
/* On a node: its engine gets what it lacks of a job's images. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/places.h"
#include "base/size.h"
#include "batch/image/images.h"
#include "engine/image.h"

/* An engine unpacks the tar before it takes over what was in it. */
enum { ROOM_TIMES = 2 };

/* Among the tasks of this user on this node: the state may be on a disk that all nodes
 * see. */
struct lock {
	char *path;
	int fd; /* -1 = it can be nowhere, and nobody is waited for */
};

static void lock(struct lock *l, const char *id)
{
	static const enum place places[] = {PLACE_RUNTIME, PLACE_TMP};
	AUTO_FREE char *dir = NULL;

	*l = (struct lock){.fd = -1};
	for (size_t i = 0; !dir && i < COUNT_OF(places); i++)
		place_make(places[i], &dir, NULL);
	if (!dir)
		return;
	l->path = xasprintf("%s/%.19s.image", dir, id);
	l->fd = file_lock(l->path, NULL);
}

static void unlock(struct lock *l)
{
	if (l->fd >= 0) {
		unlink(l->path);
		close(l->fd);
	}
	free(l->path);
}

static int check_room(struct engine *g, const char *path, int64_t size, struct err *e)
{
	const struct engine_facts *facts;
	AUTO_FREE char *there = NULL, *wanted = NULL;
	struct statvfs disk;
	int64_t room;

	if (engine_facts(g, &facts, e) < 0)
		return -1;
	if (facts->elsewhere || !facts->root || statvfs(facts->root, &disk) < 0)
		return 0;
	room = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
	if (room / ROOM_TIMES >= size)
		return 0;
	there = size_words(room);
	wanted = size_words(size * ROOM_TIMES);
	return err_set(e, ENOSPC,
		"%s has %s free, and to load %s takes %s; make room on this node: docker "
		"image prune",
		facts->root, there, path, wanted);
}

static int load(struct engine *g, const char *path, const char *id, struct err *e)
{
	AUTO_FD int fd = open(path, FILE_READ);
	AUTO_FREE char *words = NULL;
	struct stat st;
	bool found;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_errno(e, "the image's tar %s", path);
	if (check_room(g, path, st.st_size, e) < 0)
		return -1;
	words = size_words(st.st_size);
	log_info("loading the image: %s, %s", path, words);
	if (image_load(g, fd, NULL, e) < 0)
		return err_wrap(e, "load %s", path);
	if (image_inspect(g, id, NULL, &found, e) < 0)
		return -1;
	return found ? 0
		     : err_set(e, ESTALE,
			       "%s was loaded, and is another image than %s; remove it, "
			       "and submit the job again",
			       path, id);
}

/* The first of this user's tasks here that wants it loads it for all. */
static int bring(struct engine *g, const char *path, const char *id, struct err *e)
{
	struct lock l;
	bool found;
	int rc;

	lock(&l, id);
	rc = image_inspect(g, id, NULL, &found, e);
	if (!rc && !found)
		rc = load(g, path, id, e);
	unlock(&l);
	return rc;
}

static int use(struct engine *g, struct plan *p, const cJSON *image, struct err *e)
{
	const char *id = json_str(image, "id"), *digest = json_str(image, "digest"),
		   *tar = json_str(image, "tar");
	bool found;

	p->build.wanted = false;
	if (!id || image_inspect(g, id, NULL, &found, e) < 0)
		return id ? -1 : err_set(e, EINVAL, "the frozen plan has no image");
	if (!found && !tar && digest) { /* any node can fetch it, and gets that one */
		str_set(&p->image, digest);
		p->pull = PULL_MISSING;
		return 0;
	}
	if (!found && !tar)
		return err_set(e, ENOENT,
			"the engine of this node has no image %s; submit the job again "
			"with --image-tar, which takes it along",
			id);
	if (!found && bring(g, tar, id, e) < 0)
		return -1;
	str_set(&p->image, id);
	p->pull = PULL_NEVER;
	return 0;
}

int images_use(struct engine *g, struct plan *p, const cJSON *images, struct err *e)
{
	int rc = use(g, p, cJSON_GetArrayItem(images, 0), e);

	for (size_t i = 0; !rc && i < p->n_services; i++)
		rc = use(g, &p->services[i], cJSON_GetArrayItem(images, (int)i + 1), e);
	return rc;
}
