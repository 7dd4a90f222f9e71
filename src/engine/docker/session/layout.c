/* SPDX-License-Identifier: MIT */
#include "engine/docker/session/layout.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/printable.h"

#define BLOBS     "blobs/sha256"
#define SHA       "sha256:"
#define INDEX     "index.json"
#define INDEX_MAX ((size_t)1 << 20)
#define TYPE_MAX  128
#define REF_NAME  "org.opencontainers.image.ref.name"
#define LATEST    "latest"

/* What is left to others of a file system: a part of it, and no more than so much. */
enum { ROOM_PART = 50 };
#define ROOM_MAX ((uint64_t)1 << 30)

bool layout_is_digest(const char *s)
{
	size_t n = strlen(SHA);

	return !strncmp(s, SHA, n) && strlen(s + n) == DIGEST_HEX - 1 &&
	       strspn(s + n, "0123456789abcdef") == DIGEST_HEX - 1;
}

int layout_open(int dir, const char *digest, off_t *size)
{
	AUTO_FREE char *path = NULL;
	struct stat st;
	int fd;

	if (!layout_is_digest(digest)) {
		errno = EINVAL;
		return -1;
	}
	path = xasprintf(BLOBS "/%s", digest + strlen(SHA));
	fd = open_beneath(dir, path, FILE_READ | O_NOFOLLOW);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	*size = st.st_size;
	return fd;
}

static void make_name(char out[40])
{
	uint64_t n = 0;

	if (getrandom(&n, sizeof n, 0) != sizeof n)
		abort();
	snprintf(out, 40, ".part-%016llx", (unsigned long long)n);
}

/* Without a name where the file system can, so that no end of ours leaves it there. */
static int open_part(int at, char name[40])
{
	int fd = openat(at, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0644);

	*name = 0;
	if (fd >= 0)
		return fd;
	make_name(name);
	return openat(
		at, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
}

int layout_begin(struct layout_blob *b, int dir, struct err *e)
{
	size_t n;

	*b = (struct layout_blob){.at = -1, .fd = -1};
	if (make_beneath(dir, BLOBS, true, true, &n) == 0)
		b->at = open_beneath(
			dir, BLOBS, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (b->at >= 0)
		b->fd = open_part(b->at, b->name);
	if (b->fd < 0) {
		err_errno(e, "cannot write the build's cache: " BLOBS);
		layout_drop(b);
		return -1;
	}
	digest_init(&b->sum);
	return 0;
}

static int check_room(int fd, size_t n, struct err *e)
{
	struct statvfs v;
	uint64_t room, left;

	if (fstatvfs(fd, &v) < 0)
		return err_errno(e, "cannot write the build's cache");
	room = (uint64_t)v.f_blocks * v.f_frsize / ROOM_PART;
	room = room < ROOM_MAX ? room : ROOM_MAX;
	left = (uint64_t)v.f_bavail * v.f_frsize;
	if (left >= room && left - room >= n)
		return 0;
	return err_set(e, ENOSPC,
		"no room for the build's cache: it leaves %llu MiB of the file system "
		"free; remove the cache's directory, or choose another for cache_to",
		(unsigned long long)(room >> 20));
}

int layout_add(struct layout_blob *b, const void *data, size_t n, struct err *e)
{
	const char *p = data;

	if (check_room(b->fd, n, e) < 0)
		return -1;
	digest_add(&b->sum, data, n);
	b->size += n;
	while (n) {
		ssize_t k = write(b->fd, p, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return err_errno(e, "cannot write the build's cache");
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

/* What has the name already may be anything. */
static int give_name(struct layout_blob *b, const char *name)
{
	AUTO_FREE char *self = xasprintf("/proc/self/fd/%d", b->fd);

	if (*b->name)
		return renameat(b->at, b->name, b->at, name);
	if (linkat(AT_FDCWD, self, b->at, name, AT_SYMLINK_FOLLOW) == 0)
		return 0;
	if (errno != EEXIST || unlinkat(b->at, name, 0) < 0)
		return -1;
	return linkat(AT_FDCWD, self, b->at, name, AT_SYMLINK_FOLLOW);
}

int layout_commit(struct layout_blob *b, const char *digest, uint64_t size,
	char out[LAYOUT_DIGEST], struct err *e)
{
	char hex[DIGEST_HEX];
	int rc = 0;

	digest_end(&b->sum, hex);
	snprintf(out, LAYOUT_DIGEST, SHA "%s", hex);
	if ((digest && strcmp(digest, out) != 0) || (size && size != b->size))
		rc = err_set(e, EILSEQ,
			"the container engine sent a piece of the build's cache that is "
			"not what it said");
	else if (give_name(b, hex) < 0)
		rc = err_errno(e, "cannot write the build's cache: " BLOBS "/%s", hex);
	else
		*b->name = 0;
	layout_drop(b);
	return rc;
}

void layout_drop(struct layout_blob *b)
{
	if (b->at >= 0 && *b->name)
		unlinkat(b->at, b->name, 0);
	if (b->fd >= 0)
		close(b->fd);
	if (b->at >= 0)
		close(b->at);
	b->at = b->fd = -1;
	*b->name = 0;
}

/* The one that is called latest, or the last. */
static const char *find_latest(const cJSON *index)
{
	const char *found = NULL;
	const cJSON *m;

	cJSON_ArrayForEach(m, json_get(index, "manifests"))
	{
		const char *digest = json_str(m, "digest");
		const char *name = json_str(json_get(m, "annotations"), REF_NAME);

		if (!digest || !layout_is_digest(digest))
			continue;
		found = digest;
		if (name && !strcmp(name, LATEST))
			break;
	}
	return found;
}

int layout_latest(int dir, char **digest, struct err *e)
{
	AUTO_FD int fd = open_beneath(dir, INDEX, FILE_READ);
	AUTO_BUF struct buf text = {0};
	AUTO_JSON cJSON *index = NULL;
	struct stat st;

	*digest = NULL;
	if (fd < 0)
		return errno == ENOENT ? 0 : err_errno(e, INDEX);
	if (file_read_fd(fd, INDEX, INDEX_MAX, &text, &st, e) < 0)
		return -1;
	index = json_parse(buf_str(&text), text.n, e);
	if (!index)
		return err_wrap(e, INDEX);
	*digest = xstrdup(find_latest(index));
	return 0;
}

static int put_file(int dir, const char *name, const char *text, struct err *e)
{
	char part[40];
	int fd, rc = -1;
	size_t n = strlen(text);

	make_name(part);
	fd = openat(
		dir, part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd >= 0 && write(fd, text, n) == (ssize_t)n)
		rc = renameat(dir, part, dir, name);
	if (rc < 0) {
		err_errno(e, "cannot write the build's cache: %s", name);
		unlinkat(dir, part, 0);
	}
	if (fd >= 0)
		close(fd);
	return rc;
}

static int add_latest(int dir, const cJSON *said, cJSON *manifests, struct err *e)
{
	const char *type = json_str(said, "mediaType"),
		   *digest = json_str(said, "digest");
	cJSON *m, *notes;
	off_t size = 0;
	int fd = digest ? layout_open(dir, digest, &size) : -1;

	if (fd >= 0)
		close(fd);
	if (fd < 0 || !type || strlen(type) > TYPE_MAX || !text_is_printable(type))
		return err_set(e, EPROTO,
			"the container engine names a cache of the build that it has not "
			"sent");
	m = cJSON_CreateObject();
	cJSON_AddItemToArray(manifests, m);
	json_put(m, "mediaType", type);
	json_put(m, "digest", digest);
	cJSON_AddItemToObject(m, "size", json_whole(size));
	notes = cJSON_AddObjectToObject(m, "annotations");
	json_put(notes, REF_NAME, LATEST);
	return 0;
}

int layout_set_latest(int dir, const char *descriptor, struct err *e)
{
	AUTO_JSON cJSON *said = json_parse(descriptor, strlen(descriptor), e);
	AUTO_JSON cJSON *index = cJSON_CreateObject();
	AUTO_FREE char *text = NULL;

	if (!said)
		return -1;
	cJSON_AddItemToObject(index, "schemaVersion", json_whole(2));
	if (add_latest(dir, said, cJSON_AddArrayToObject(index, "manifests"), e) < 0 ||
		json_send(index, &text, e) < 0)
		return -1;
	if (put_file(dir, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}", e) < 0)
		return -1;
	return put_file(dir, INDEX, text, e);
}
