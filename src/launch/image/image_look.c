/* SPDX-License-Identifier: MIT */
#include "launch/image/image_look.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "launch/image/image_notes.h"

#define NOTE_PATHS  "paths"
#define NOTE_CONFIG "config"

enum { MAX_FILE = 4 << 20 };

static int need_container(struct image_look *k, struct err *e)
{
	return k->id ? 0 : k->make(k->ctx, &k->id, e);
}

/* NULL = none that can be read. */
static cJSON *read_note(const struct image_look *k, const char *name)
{
	AUTO_BUF struct buf text = {0};

	if (!image_notes_read(k->g, k->image_id, name, &text))
		return NULL;
	return json_parse(buf_str(&text), text.n, NULL);
}

static void write_note(const struct image_look *k, const char *name, const cJSON *note)
{
	AUTO_FREE char *text = json_text(note, false);
	struct buf b = {.p = text, .n = strlen(text)};

	image_notes_write(k->g, k->image_id, name, &b);
}

int image_look_text(struct image_look *k, const char *path, const char *name, char **text,
	struct err *e)
{
	AUTO_BUF struct buf data = {0};
	bool found = false;

	if (!image_notes_read(k->g, k->image_id, name, &data)) {
		if (need_container(k, e) < 0)
			return -1;
		if (container_get_file(k->g, k->id, path, MAX_FILE, &data, &found, e) < 0)
			return err_wrap(e, "%s of the image", path);
		image_notes_write(k->g, k->image_id, name, &data);
	}
	*text = data.n ? buf_take(&data) : NULL;
	return 0;
}

/* In a note: "" = nothing, "." = no link, "=/x" = a direct link to /x, "/x" = a link. */
static char *path_word(const struct container_path *p)
{
	if (!p->link)
		return xstrdup(p->found ? "." : "");
	return xasprintf("%s%s", p->direct ? "=" : "", p->link);
}

static void read_word(const char *word, struct container_path *out)
{
	*out = (struct container_path){.found = *word, .direct = *word == '='};
	if (*word && *word != '.')
		out->link = xstrdup(word + out->direct);
}

int image_look_path(
	struct image_look *k, const char *path, struct container_path *out, struct err *e)
{
	const char *word;
	AUTO_FREE char *now = NULL;

	if (!k->n_noted && !k->paths.n) {
		AUTO_JSON cJSON *note = read_note(k, NOTE_PATHS);

		json_read_kvs(note, &k->paths);
		k->n_noted = k->paths.n;
	}
	word = kvs_get(&k->paths, path);
	if (word) {
		read_word(word, out);
		return 0;
	}
	if (need_container(k, e) < 0 ||
		container_path_look(k->g, k->id, path, out, e) < 0)
		return -1;
	now = path_word(out);
	kvs_add(&k->paths, path, now);
	return 0;
}

static int inspect(struct image_look *k, struct err *e)
{
	AUTO_JSON cJSON *note = cJSON_CreateObject();
	bool found = false;

	if (image_inspect(k->g, k->image_id, &k->config, &found, e) < 0)
		return -1;
	if (!found)
		return err_set(e, 404, "the image %s is gone", k->image);
	json_put(note, "workdir", k->config.workdir);
	cJSON_AddItemToObject(note, "volumes", json_strv(&k->config.volumes));
	write_note(k, NOTE_CONFIG, note);
	return 0;
}

int image_look_config(struct image_look *k, const struct image **config, struct err *e)
{
	AUTO_JSON cJSON *note = k->has_config ? NULL : read_note(k, NOTE_CONFIG);
	const cJSON *volume;

	if (!k->has_config && !note && inspect(k, e) < 0)
		return -1;
	if (note)
		str_set(&k->config.workdir, json_str(note, "workdir"));
	cJSON_ArrayForEach(volume, json_get(note, "volumes"))
		strv_add(&k->config.volumes, volume->valuestring);
	k->has_config = true;
	*config = &k->config;
	return 0;
}

void image_look_end(struct image_look *k)
{
	AUTO_JSON cJSON *note = NULL;

	if (k->paths.n > k->n_noted) {
		note = json_kvs(&k->paths);
		write_note(k, NOTE_PATHS, note);
	}
	kvs_free(&k->paths);
	image_free(&k->config);
}
