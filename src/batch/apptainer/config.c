/* SPDX-License-Identifier: MIT */
/* Which image a tar of docker's or podman's holds: its id is the digest of its
 * configuration, which names its layers by theirs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/mem.h"
#include "batch/apptainer/apptainer.h"
#include "launch/lock/tar_stream.h"

enum { CONFIG_MAX = 16 << 20, PIECE = 1 << 16 };

struct looking {
	const char *hex;
	struct buf manifest, config;
};

static bool is_config(const char *path, const char *hex)
{
	static const char blobs[] = "blobs/sha256/";
	size_t n = strlen(hex);

	if (!strncmp(path, blobs, sizeof blobs - 1))
		return !strcmp(path + sizeof blobs - 1, hex);
	return !strncmp(path, hex, n) && !strcmp(path + n, ".json");
}

static int want(void *ctx, const struct tar_entry *entry, struct err *e)
{
	const struct looking *l = ctx;

	(void)e;
	return entry->type == '0' && entry->size <= CONFIG_MAX &&
	       (!strcmp(entry->path, "manifest.json") || is_config(entry->path, l->hex));
}

static int text(
	void *ctx, const struct tar_entry *entry, const struct buf *text, struct err *e)
{
	struct looking *l = ctx;
	struct buf *to = strcmp(entry->path, "manifest.json") ? &l->config : &l->manifest;

	if (to->n)
		return err_set(e, EINVAL, "%s is there twice", entry->path);
	buf_add(to, text->p, text->n);
	return 0;
}

static int read_tar(int fd, const char *path, struct looking *l, struct err *e)
{
	struct tar_stream t = {.want = want, .text = text, .ctx = l, .e = e};
	AUTO_FREE char *piece = xcalloc(1, PIECE);
	ssize_t n;
	int rc = 0;

	while (!rc && (n = read(fd, piece, PIECE)) != 0)
		if (n > 0)
			rc = tar_stream_feed(&t, piece, (size_t)n);
		else if (errno != EINTR)
			rc = err_errno(e, "%s", path);
	tar_stream_free(&t);
	return rc < 0 ? err_wrap(e, "%s", path) : 0;
}

/* Its one image has this configuration. */
static bool names(const struct buf *manifest, const char *hex)
{
	AUTO_JSON cJSON *all = json_parse(buf_str(manifest), manifest->n, NULL);
	const char *path = json_str(cJSON_GetArrayItem(all, 0), "Config");

	return cJSON_GetArraySize(all) == 1 && path && is_config(path, hex);
}

cJSON *image_config(int fd, const char *path, const char *id, struct err *e)
{
	const char *colon = strchr(id, ':');
	struct looking l = {.hex = colon ? colon + 1 : id};
	char hex[DIGEST_HEX];
	cJSON *config = NULL;

	if (read_tar(fd, path, &l, e) == 0) {
		digest_hex(l.config.p, l.config.n, hex);
		if (names(&l.manifest, l.hex) && !strcmp(hex, l.hex))
			config = json_parse(buf_str(&l.config), l.config.n, e);
		else
			err_set(e, ESTALE,
				"%s holds another image than %s; remove it, and submit "
				"the "
				"job again",
				path, id);
	}
	buf_free(&l.manifest);
	buf_free(&l.config);
	return config;
}
