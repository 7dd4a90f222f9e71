/* SPDX-License-Identifier: MIT */
#include "launch/image/image_look.h"

#include <string.h>

#include "base/mem.h"
#include "engine/container.h"
#include "launch/image/image_notes.h"

#define NOTE_PLAIN "directories" /* one a line */
#define NOTE_LINKS "links"

enum { MAX_FILE = 4 << 20 };

static int need_container(struct image_look *k, struct err *e)
{
	return k->id ? 0 : k->make(k->ctx, &k->id, e);
}

int image_look_text(struct image_look *k, const char *path, const char *name, char **text,
	struct err *e)
{
	AUTO_BUF struct buf data = {0};
	bool found = false;

	if (!image_notes_read(k->s, name, &data)) {
		if (need_container(k, e) < 0)
			return -1;
		if (container_get_file(k->g, k->id, path, MAX_FILE, &data, &found, e) < 0)
			return err_wrap(e, "%s of the image", path);
		image_notes_write(k->s, name, &data);
	}
	*text = data.n ? buf_take(&data) : NULL;
	return 0;
}

static void read_lines(const struct resolved *s, const char *note, struct strv *out)
{
	AUTO_BUF struct buf text = {0};
	char *save = NULL;

	if (!image_notes_read(s, note, &text) || !text.n)
		return;
	for (char *line = strtok_r(text.p, "\n", &save); line;
		line = strtok_r(NULL, "\n", &save))
		strv_add(out, line);
}

static void write_lines(const struct resolved *s, const char *note, const struct strv *v)
{
	AUTO_BUF struct buf text = {0};

	for (size_t i = 0; i < v->n; i++)
		buf_addf(&text, "%s\n", v->v[i]);
	image_notes_write(s, note, &text);
}

int image_look_is_link(
	struct image_look *k, const char *path, bool *is_link, struct err *e)
{
	if (!k->n_noted) {
		read_lines(k->s, NOTE_PLAIN, &k->plain);
		read_lines(k->s, NOTE_LINKS, &k->links);
		k->n_noted = k->plain.n + k->links.n;
	}
	*is_link = strv_has(&k->links, path);
	if (*is_link || strv_has(&k->plain, path))
		return 0;
	if (need_container(k, e) < 0 ||
		container_path_is_link(k->g, k->id, path, is_link, e) < 0)
		return -1;
	strv_add(*is_link ? &k->links : &k->plain, path);
	return 0;
}

void image_look_end(struct image_look *k)
{
	if (k->plain.n + k->links.n > k->n_noted) {
		write_lines(k->s, NOTE_PLAIN, &k->plain);
		write_lines(k->s, NOTE_LINKS, &k->links);
	}
	strv_free(&k->plain);
	strv_free(&k->links);
}
