/* SPDX-License-Identifier: MIT */
#include "launch/image/image_links.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/container.h"
#include "launch/image/image_notes.h"

#define NOTE "directories" /* one a line */

static bool has_writable_mount(const struct resolved *s)
{
	for (size_t i = 0; i < s->n_mounts; i++)
		if (s->mounts[i].type != MOUNT_TMPFS && !s->mounts[i].readonly)
			return true;
	return false;
}

/* Every directory on the way to what is put, outermost first. */
static void directories(const struct resolved *s, struct strv *out)
{
	for (size_t i = 0; i < s->n_files; i++) {
		const struct resolved_file *f = &s->files[i];

		for (const char *p = f->path + 1;; p++) {
			AUTO_FREE char *dir = NULL;

			if (*p && *p != '/')
				continue;
			if (!*p && f->data)
				break;
			dir = xstrndup(f->path, (size_t)(p - f->path));
			if (!strv_has(out, dir))
				strv_add(out, dir);
			if (!*p)
				break;
		}
	}
}

static void known(const struct resolved *s, struct strv *out)
{
	AUTO_BUF struct buf note = {0};
	char *save = NULL;

	if (!image_notes_read(s, NOTE, &note))
		return;
	for (char *line = strtok_r(note.p, "\n", &save); line;
		line = strtok_r(NULL, "\n", &save))
		strv_add(out, line);
}

static void note(const struct resolved *s, const struct strv *good)
{
	AUTO_BUF struct buf text = {0};

	for (size_t i = 0; i < good->n; i++)
		buf_addf(&text, "%s\n", good->v[i]);
	image_notes_write(s, NOTE, &text);
}

int image_links_check(
	struct engine *g, const struct resolved *s, const char *id, struct err *e)
{
	AUTO_STRV struct strv wanted = {0}, good = {0};
	size_t before;

	if (!has_writable_mount(s))
		return 0;
	directories(s, &wanted);
	known(s, &good);
	before = good.n;
	for (size_t i = 0; i < wanted.n; i++) {
		bool is_link = false;

		if (strv_has(&good, wanted.v[i]))
			continue;
		if (container_path_is_link(g, id, wanted.v[i], &is_link, e) < 0)
			return -1;
		if (is_link)
			return err_set(e, ELOOP,
				"the image %s has a symbolic link at %s, through which "
				"files for the container could be written to a mount; "
				"use "
				"another image, or mount read-only",
				s->image, wanted.v[i]);
		strv_add(&good, wanted.v[i]);
	}
	if (good.n > before)
		note(s, &good);
	return 0;
}
