/* SPDX-License-Identifier: MIT */
#include "launch/image/base_record.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/path.h"

enum { RECORD_MAX = 4096 };

static char *record_path(struct engine *g, const char *ref)
{
	AUTO_FREE char *key = xasprintf("%s\n%s", engine_info(g)->url, ref);
	AUTO_FREE char *name = NULL;
	char hex[DIGEST_HEX];

	digest_hex(key, strlen(key), hex);
	name = xasprintf("bases/%s", hex);
	return xdg_path("CACHE", name);
}

bool base_is_ours(struct engine *g, const char *ref, const char *id)
{
	AUTO_FREE char *path = record_path(g, ref);
	AUTO_BUF struct buf text = {0};

	return file_read(path, RECORD_MAX, &text, NULL) == 0 &&
	       !strcmp(buf_str(&text), id);
}

void base_keep(struct engine *g, const char *ref, const char *id)
{
	AUTO_FREE char *path = record_path(g, ref), *dir = path_join(path, "..");

	if (dir_make(dir, 0700, NULL) == 0)
		file_write(path, id, strlen(id), 0600, NULL);
}
