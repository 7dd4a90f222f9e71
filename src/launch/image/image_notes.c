/* SPDX-License-Identifier: MIT */
#include "launch/image/image_notes.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/path.h"

enum { NOTE_MAX = 8 << 20 };

/* Of image, engine and note; NULL = no image id to key on. */
static char *note_name(const struct engine *g, const char *image_id, const char *name)
{
	const struct engine_info *i = engine_info(g);
	const char *const parts[] = {image_id, i->url, i->name, i->server, name};
	char hex[DIGEST_HEX];
	struct digest d;

	if (!image_id || !*image_id)
		return NULL;
	digest_init(&d);
	for (size_t k = 0; k < COUNT_OF(parts); k++)
		digest_field(&d, parts[k]);
	digest_end(&d, hex);
	return xstrdup(hex);
}

static bool is_ours(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_uid == geteuid() && !(st.st_mode & 022);
}

/* -1 = there is none that only this user can write. */
static int open_dir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 || is_ours(fd))
		return fd;
	close(fd);
	return -1;
}

/* A note begins with the digest of its name and of what follows. */
static void seal(const char *name, const char *p, size_t n, char hex[DIGEST_HEX])
{
	struct digest d;

	digest_init(&d);
	digest_field(&d, name);
	digest_add(&d, p, n);
	digest_end(&d, hex);
}

static bool unseal(const char *name, const struct buf *text, struct buf *out)
{
	const size_t head = DIGEST_HEX - 1;
	char hex[DIGEST_HEX];

	if (text->n < head)
		return false;
	seal(name, text->p + head, text->n - head, hex);
	if (memcmp(hex, text->p, head) != 0)
		return false;
	buf_add(out, text->p + head, text->n - head);
	return true;
}

bool image_notes_read(
	const struct engine *g, const char *image_id, const char *name, struct buf *out)
{
	AUTO_FREE char *file = note_name(g, image_id, name);
	AUTO_FREE char *path = xdg_path("CACHE", "images");
	AUTO_FD int dir = file ? open_dir(path) : -1;
	AUTO_FD int fd = dir < 0 ? -1 : openat(dir, file, FILE_READ | O_NOFOLLOW);
	AUTO_BUF struct buf text = {0};
	struct stat st;

	return fd >= 0 && is_ours(fd) &&
	       file_read_fd(fd, file, NOTE_MAX, &text, &st, NULL) == 0 &&
	       unseal(file, &text, out);
}

void image_notes_write(const struct engine *g, const char *image_id, const char *name,
	const struct buf *note)
{
	AUTO_FREE char *file = note_name(g, image_id, name), *path = NULL;
	AUTO_FREE char *where = xdg_path("CACHE", "images");
	AUTO_BUF struct buf text = {0};
	AUTO_FD int dir = -1;
	char hex[DIGEST_HEX];

	/* a cache that cannot be written costs time only */
	if (!file || dir_make(where, 0700, NULL) < 0)
		return;
	dir = open_dir(where);
	if (dir < 0)
		return;
	seal(file, buf_str(note), note->n, hex);
	buf_addf(&text, "%s", hex);
	buf_add(&text, buf_str(note), note->n);
	path = xasprintf("%s/%s", where, file);
	file_write(path, text.p, text.n, 0600, NULL);
}
