/* SPDX-License-Identifier: MIT */
#include "launch/image/image_notes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"

enum { NOTE_MAX = 4 << 20 };

/* NULL = no image id to key on. */
static char *note_path(const struct resolved *s, const char *name)
{
	const char *hex = s->image_id ? strrchr(s->image_id, ':') : NULL;
	AUTO_FREE char *dir = xdg_path("CACHE", "images");

	hex = hex ? hex + 1 : s->image_id;
	if (!hex || !*hex || strspn(hex, "0123456789abcdef") != strlen(hex))
		return NULL;
	return xasprintf("%s/%s.%s", dir, hex, name);
}

bool image_notes_read(const struct resolved *s, const char *name, struct buf *out)
{
	AUTO_FREE char *path = note_path(s, name);

	if (path && file_read(path, NOTE_MAX, out, NULL) == 0)
		return true;
	buf_free(out);
	return false;
}

void image_notes_write(const struct resolved *s, const char *name, const struct buf *note)
{
	AUTO_FREE char *path = note_path(s, name), *dir = xdg_path("CACHE", "images");

	/* a cache that cannot be written costs time only */
	if (path && dir_make(dir, 0700, NULL) == 0)
		file_write(path, buf_str(note), note->n, 0600, NULL);
}
