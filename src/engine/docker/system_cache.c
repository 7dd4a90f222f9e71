/* SPDX-License-Identifier: MIT */
/* What /info said, kept until the engine is another one: asking costs it 10 ms, for it
 * runs its runtimes to learn their versions. */
#include "engine/docker/system_cache.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/path.h"

enum { CACHE_MAX = 1 << 20 };

static char *cache_path(const struct engine *g)
{
	AUTO_FREE char *name = NULL;
	char hex[DIGEST_HEX];

	digest_hex(g->url, strlen(g->url), hex);
	name = xasprintf("engines/%s", hex);
	return xdg_path("CACHE", name);
}

static void add_file(struct buf *b, const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		st = (struct stat){0};
	buf_addf(b, " %llu.%lld.%09ld", (unsigned long long)st.st_ino,
		(long long)st.st_ctim.tv_sec, st.st_ctim.tv_nsec);
}

/* Which engine answers, in which life and with which settings. An engine that makes its
 * socket itself makes a new one each time; where systemd does, the engine still writes
 * its pid file, beside the socket. */
static char *identity(const struct engine *g)
{
	AUTO_BUF struct buf b = {0};
	const char *socket = engine_socket(g->url);
	AUTO_FREE char *dir = path_join(socket, ".."),
		       *pid = path_join(dir, "docker.pid");

	buf_addf(&b, "4 %s", g->info.server); /* 4: of what is kept */
	add_file(&b, socket);
	add_file(&b, pid);
	add_file(&b, "/etc/docker/daemon.json");
	add_file(&b, "/etc/cdi"); /* an engine sees what comes into these as it comes */
	add_file(&b, "/var/run/cdi");
	return buf_take(&b);
}

cJSON *system_cached(const struct engine *g)
{
	AUTO_FREE char *path = NULL, *now = NULL;
	AUTO_BUF struct buf text = {0};
	AUTO_JSON cJSON *o = NULL;

	if (!engine_socket(g->url)) /* nothing here tells which life it is in */
		return NULL;
	path = cache_path(g);
	now = identity(g);
	if (file_read(path, CACHE_MAX, &text, NULL) < 0)
		return NULL;
	o = json_parse(buf_str(&text), text.n, NULL);
	if (!json_str(o, "engine") || strcmp(json_str(o, "engine"), now) != 0)
		return NULL;
	if (!json_get(json_get(o, "info"), "DefaultRuntime"))
		return NULL; /* an older cnnrun kept it */
	return cJSON_DetachItemFromObjectCaseSensitive(o, "info");
}

void system_remember(const struct engine *g, const cJSON *info)
{
	static const char *const kept[] = {"ServerVersion", "Driver", "CgroupVersion",
		"SecurityOptions", "Rootless", "Runtimes", "DefaultRuntime",
		"CDISpecDirs", "DiscoveredDevices", "NCPU", "MemTotal", "DockerRootDir",
		"Architecture"};
	AUTO_FREE char *path = cache_path(g), *now = NULL, *text = NULL;
	AUTO_FREE char *dir = path_join(path, "..");
	AUTO_JSON cJSON *o = cJSON_CreateObject();
	cJSON *part = cJSON_AddObjectToObject(o, "info");

	if (!engine_socket(g->url))
		return;
	now = identity(g);
	cJSON_AddStringToObject(o, "engine", now);
	for (size_t i = 0; i < COUNT_OF(kept); i++)
		cJSON_AddItemToObject(
			part, kept[i], cJSON_Duplicate(json_get(info, kept[i]), true));
	text = json_text(o, false);
	/* without it the next launch asks again */
	if (dir_make(dir, 0700, NULL) == 0)
		file_write(path, text, strlen(text), 0600, NULL);
}
