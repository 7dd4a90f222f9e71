/* SPDX-License-Identifier: MIT */
/* Docker's contexts: contexts/meta/ID/meta.json of its configuration, where ID is the
 * SHA-256 of the name, and contexts/tls/ID/docker with certificates. */
#include "engine/contexts.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/path.h"
#include "engine/registry/docker_config.h"
#include "engine/wire/endpoint.h"
#include "engine/wire/ways.h"

enum { META_MAX = 1 << 20 };

static char *place_of(const char *kind, const char *name)
{
	AUTO_FREE char *dir = docker_config_dir();
	char hex[DIGEST_HEX];

	digest_hex(name, strlen(name), hex);
	return xasprintf("%s/contexts/%s/%s", dir, kind, hex);
}

/* A certificate is what tells the engine from whoever sits in between. */
static int check_tls(const char *name, const cJSON *docker, struct err *e)
{
	if (!json_bool(docker, "SkipTLSVerify", false))
		return 0;
	return err_set(e, EACCES,
		"docker context \"%s\" skips the check of the engine's certificate: "
		"anybody could answer in its place; give it the authority: "
		"docker context update %s --docker host=%s,ca=/path/to/ca.pem",
		name, name, json_str(docker, "Host"));
}

static int use(const char *name, const cJSON *meta, char **url, struct err *e)
{
	const cJSON *docker = json_get(json_get(meta, "Endpoints"), "docker");
	const char *host = json_str(docker, "Host");
	AUTO_FREE char *tls = place_of("tls", name), *dir = NULL;
	AUTO_ENDPOINT struct endpoint p = {0};

	if (!host)
		return err_set(
			e, EINVAL, "docker context \"%s\" names no docker host", name);
	if (check_tls(name, docker, e) < 0)
		return -1;
	if (engine_at_host(host, url, e) < 0 || endpoint_parse(*url, &p, e) < 0)
		return err_wrap(e, "docker context \"%s\"", name);
	dir = path_join(tls, "docker");
	if (p.kind == AT_TCP && access(dir, F_OK) == 0) {
		way_to(*url)->plain = false;
		way_certificates(way_to(*url), dir);
	}
	return 0;
}

int context_find(const char *name, char **url, struct err *e)
{
	AUTO_FREE char *dir = place_of("meta", name);
	AUTO_FREE char *path = path_join(dir, "meta.json");
	AUTO_BUF struct buf text = {0};
	AUTO_JSON cJSON *meta = NULL;
	struct err none = {0};

	if (file_read(path, META_MAX, &text, e) < 0) {
		if (e->code != ENOENT)
			return err_wrap(e, "docker context \"%s\"", name);
		if (connection_find(name, url, &none) == 0)
			return 0;
		if (none.code != ENOENT)
			return err_set(e, none.code, "%s", none.msg);
		return err_set(e, ENOENT,
			"there is no docker context and no connection of Podman's called "
			"\"%s\"; docker context ls, podman system connection ls list "
			"them, a machine by ssh is ssh://%s",
			name, name);
	}
	meta = json_parse(text.p, text.n, e);
	return meta ? use(name, meta, url, e) : err_wrap(e, "%s", path);
}

static void add_context(const char *path, struct strv *out)
{
	AUTO_BUF struct buf text = {0};
	AUTO_JSON cJSON *meta = NULL;
	const char *name;

	if (file_read(path, META_MAX, &text, NULL) < 0)
		return;
	meta = json_parse(buf_str(&text), text.n, NULL);
	name = json_str(meta, "Name");
	if (name)
		strv_add(out, name);
}

void context_names(struct strv *out)
{
	AUTO_FREE char *config = docker_config_dir();
	AUTO_FREE char *top = path_join(config, "contexts/meta");
	DIR *d = opendir(top);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		AUTO_FREE char *path = xasprintf("%s/%s/meta.json", top, entry->d_name);

		if (*entry->d_name != '.')
			add_context(path, out);
	}
	if (d)
		closedir(d);
}
