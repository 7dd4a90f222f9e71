/* SPDX-License-Identifier: MIT */
#include "launch/points/again.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "launch/points/below.h"

#define FILE_NAME "points" /* in a gate */

enum { FILE_MAX_BYTES = 1 << 20 };

void points_note(cJSON *notes, const struct resolved_mount *m, const struct point *p)
{
	cJSON *o = cJSON_CreateObject();

	json_put(o, "source", m->source);
	json_put(o, "target", m->target);
	cJSON_AddBoolToObject(o, "readonly", m->readonly);
	json_put(o, "path", p->path);
	cJSON_AddBoolToObject(o, "workdir", p->kind == POINT_WORKDIR);
	cJSON_AddBoolToObject(o, "directory", p->is_directory);
	cJSON_AddItemToArray(notes, o);
}

int points_keep(const char *gate, const cJSON *notes, struct err *e)
{
	AUTO_FREE char *path = path_join(gate, FILE_NAME),
		       *text = json_text(notes, false);

	return file_write(path, text, strlen(text), 0400, e);
}

static int make(const cJSON *o, struct err *e)
{
	AUTO_FREE char *source = xstrdup(json_str(o, "source"));
	AUTO_FREE char *target = xstrdup(json_str(o, "target"));
	AUTO_FREE char *path = xstrdup(json_str(o, "path")), *real = NULL;
	AUTO_FD int fd = source ? open(source, O_PATH | O_CLOEXEC) : -1;
	const struct resolved_mount m = {.source = source,
		.target = target,
		.readonly = json_bool(o, "readonly", false),
		.fd = fd};
	const struct point p = {.path = path,
		.kind = json_bool(o, "workdir", false) ? POINT_WORKDIR : POINT_MOUNT,
		.is_directory = json_bool(o, "directory", false)};

	if (!source || !target || !path)
		return 0;
	if (fd < 0)
		return err_errno(e, "mount %s", source);
	real = path_of(fd);
	if (!real || strcmp(real, source) != 0)
		return err_set(e, ESTALE, "mount %s: it is at %s by now", source,
			real ? real : "no place");
	return point_make(&m, &p, e);
}

int points_again(const char *gate, struct err *e)
{
	AUTO_FREE char *path = path_join(gate, FILE_NAME);
	AUTO_BUF struct buf text = {0};
	AUTO_JSON cJSON *notes = NULL;
	const cJSON *o;

	if (file_read(path, FILE_MAX_BYTES, &text, NULL) < 0)
		return 0;
	notes = json_parse(buf_str(&text), text.n, NULL);
	cJSON_ArrayForEach(o, notes) if (make(o, e) < 0) return -1;
	return 0;
}
