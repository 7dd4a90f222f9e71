/* SPDX-License-Identifier: MIT */
/* Where the engine is: options, environment, docker's contexts, the usual sockets. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/path.h"
#include "engine/ops.h"
#include "engine/registry/docker_config.h"

#define UNIX_URL "unix://"

const char *engine_socket(const char *url)
{
	return url + strlen(UNIX_URL);
}

static int use_host(const char *host, char **url, struct err *e)
{
	const char *scheme, *at;

	if (!strncmp(host, UNIX_URL, strlen(UNIX_URL)) && host[strlen(UNIX_URL)] == '/') {
		*url = xstrdup(host);
		return 0;
	}
	if (*host == '/') {
		*url = xasprintf(UNIX_URL "%s", host);
		return 0;
	}
	scheme = strstr(host, "://");
	at = scheme ? strchr(scheme, '@') : NULL;
	return err_set(e, EPROTONOSUPPORT,
		"cannot use the engine at %.*s%s: this version knows unix sockets only "
		"(unix:///path/to/socket); tcp:// and ssh:// come later",
		at ? (int)(scheme + 3 - host) : 0, host, at ? at + 1 : host);
}

/* contexts/meta/<sha256 of the name>/meta.json of the docker config. */
static char *context_meta_path(const char *name)
{
	AUTO_FREE char *dir = docker_config_dir();
	char hex[DIGEST_HEX];
	struct digest d;

	digest_init(&d);
	digest_add(&d, name, strlen(name));
	digest_end(&d, hex);
	return xasprintf("%s/contexts/meta/%s/meta.json", dir, hex);
}

static int use_context(const char *name, char **url, struct err *e)
{
	AUTO_FREE char *path = context_meta_path(name);
	AUTO_BUF struct buf text = {0};
	AUTO_JSON cJSON *meta = NULL;
	const char *host;

	if (file_read(path, 1 << 20, &text, e) < 0) {
		if (e->code == ENOENT)
			return err_set(e, ENOENT,
				"there is no docker context \"%s\"; "
				"docker context ls lists them",
				name);
		return err_wrap(e, "docker context \"%s\"", name);
	}
	meta = json_parse(text.p, text.n, e);
	if (!meta)
		return err_wrap(e, "%s", path);
	host = json_str(json_get(json_get(meta, "Endpoints"), "docker"), "Host");
	if (!host)
		return err_set(
			e, EINVAL, "docker context \"%s\" names no docker host", name);
	if (use_host(host, url, e) < 0)
		return err_wrap(e, "docker context \"%s\"", name);
	return 0;
}

void engine_socket_names(struct strv *out)
{
	for (const struct engine_ops *const *k = engine_kinds; *k; k++)
		for (const char *const *s = (*k)->sockets; *s; s++)
			if (**s != '/')
				strv_add(out, *s);
}

const struct engine_ops *engine_at(const char *socket)
{
	const char *base = strrchr(socket, '/') + 1;

	for (const struct engine_ops *const *k = engine_kinds; *k; k++)
		for (const char *const *s = (*k)->sockets; *s; s++) {
			const char *slash = strrchr(*s, '/');

			if (!strcmp(base, slash ? slash + 1 : *s))
				return *k;
		}
	return engine_kinds[0];
}

/* The first socket this user may use; else one that is there, for the error's sake. */
static char *usual_socket(void)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	AUTO_STRV struct strv candidates = {0};
	const char *there = NULL;

	for (const struct engine_ops *const *k = engine_kinds; *k; k++)
		for (const char *const *s = (*k)->sockets; *s; s++) {
			if (**s == '/')
				strv_add(&candidates, *s);
			else if (runtime && *runtime == '/')
				strv_addf(&candidates, "%s/%s", runtime, *s);
		}
	for (size_t i = 0; i < candidates.n; i++) {
		if (!access(candidates.v[i], W_OK))
			return xasprintf(UNIX_URL "%s", candidates.v[i]);
		if (!there && !access(candidates.v[i], F_OK))
			there = candidates.v[i];
	}
	if (!there && candidates.n)
		there = candidates.v[0];
	return xasprintf(UNIX_URL "%s", there ? there : "");
}

static const char *set(const char *s)
{
	return s && *s ? s : NULL;
}

const char *engine_named_by(const char *host, const char *context)
{
	AUTO_JSON cJSON *config = NULL;

	if (set(context))
		return "--context";
	if (set(host))
		return "--host";
	if (set(getenv("DOCKER_HOST")))
		return "DOCKER_HOST";
	if (set(getenv("DOCKER_CONTEXT")))
		return "DOCKER_CONTEXT";
	config = docker_config();
	context = set(json_str(config, "currentContext"));
	return context && strcmp(context, "default") != 0 ? "docker context use" : NULL;
}

int engine_find(const char *host, const char *context, char **url, struct err *e)
{
	AUTO_FREE char *current = NULL;

	if (!set(context)) {
		if (!set(host))
			host = getenv("DOCKER_HOST");
		if (set(host))
			return use_host(host, url, e);
		context = set(getenv("DOCKER_CONTEXT"));
		if (!context) {
			AUTO_JSON cJSON *config = docker_config();

			current = xstrdup(json_str(config, "currentContext"));
			context = set(current);
		}
	}
	if (context && strcmp(context, "default") != 0)
		return use_context(context, url, e);
	host = set(getenv("DOCKER_HOST"));
	if (host)
		return use_host(host, url, e);
	*url = usual_socket();
	return 0;
}
