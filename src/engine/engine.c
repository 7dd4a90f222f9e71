/* SPDX-License-Identifier: MIT */
/* A connection to an engine: open, negotiate, call. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/http/call.h"

/* Versions are 1.MINOR. The oldest that has all we call, and the newest we know. */
#define API_MIN 41
#define API_MAX 47

#define PING_TIMEOUT_MS 20000

int engine_load(struct err *e)
{
	return http_load(e);
}

/* "1.47" after the given words; -1 when it is not there. */
static int minor_after(const char *text, const char *words)
{
	const char *at = text ? strstr(text, words) : NULL;
	int minor;

	return at && sscanf(at + strlen(words), "1.%d", &minor) == 1 ? minor : -1;
}

static int ping(struct engine *g, const char *path, struct reply *out, struct err *e)
{
	struct http_request r = {
		.method = "GET", .path = path, .timeout_ms = PING_TIMEOUT_MS};

	return http_do(g->http, &r, out, e);
}

/* An engine newer than this program may have dropped the newest version we know; it then
 * names its oldest in the refusal. */
static int raise_version(struct engine *g, struct err *e)
{
	AUTO_FREE char *path = xasprintf("/v1.%d/_ping", g->info.api_minor);
	AUTO_REPLY struct reply r = {0};
	int minor;

	if (ping(g, path, &r, e) < 0)
		return -1;
	if (r.status < 400)
		return 0;
	minor = minor_after(buf_str(&r.body), "inimum supported API version is ");
	if (minor < 0)
		return engine_fail(e, &r);
	g->info.api_minor = minor;
	return 0;
}

static int negotiate(struct engine *g, struct err *e)
{
	AUTO_REPLY struct reply r = {0};
	const char *version, *server, *builder, *os;
	int minor;

	if (ping(g, "/_ping", &r, e) < 0)
		return -1;
	version = kvs_get(&r.head, "api-version");
	if (r.status >= 500)
		return engine_fail(e, &r);
	if (r.status != 200 || !version || sscanf(version, "1.%d", &minor) != 1)
		return err_set(
			e, EPROTO, "what answers at %s is no container engine", g->url);
	server = kvs_get(&r.head, "server");
	builder = kvs_get(&r.head, "builder-version");
	os = kvs_get(&r.head, "ostype");
	g->server = xstrdup(server ? server : "unknown");
	g->info.server = g->server;
	g->info.podman = strstr(g->server, "Libpod/") != NULL;
	/* Engines without the header have BuildKit too since 18.09, on Linux. */
	g->info.buildkit = !g->info.podman && ((builder && !strcmp(builder, "2")) ||
						      !os || !strcmp(os, "linux"));
	if (minor < API_MIN)
		return err_set(e, EPROTONOSUPPORT,
			"the container engine at %s is too old: it speaks API 1.%d, 1.%d "
			"is "
			"needed; update it (Docker 20.10 or newer, Podman 4 or newer)",
			g->url, minor, API_MIN);
	g->info.api_minor = minor < API_MAX ? minor : API_MAX;
	return minor > API_MAX ? raise_version(g, e) : 0;
}

int engine_open(const char *url, struct engine **out, struct err *e)
{
	AUTO_ENGINE struct engine *g = xcalloc(1, sizeof *g);
	const char *socket = url;

	if (!strncmp(url, "unix://", 7))
		socket = url + 7;
	if (*socket != '/')
		return err_set(e, EPROTONOSUPPORT,
			"cannot use the engine at %s: this version "
			"knows unix sockets only (unix:///path/to/socket)",
			url);
	g->url = xasprintf("unix://%s", socket);
	g->socket = xstrdup(socket);
	g->info.url = g->url;
	g->patience_ms = PATIENCE_MS;
	if (http_new(socket, &g->http, e) < 0 || negotiate(g, e) < 0)
		return -1;
	*out = g;
	g = NULL;
	return 0;
}

void engine_close(struct engine *g)
{
	if (!g)
		return;
	http_free(g->http);
	free(g->url);
	free(g->socket);
	free(g->server);
	free(g->version);
	free(g->security_options);
	free(g->storage_driver);
	free(g->cgroup_version);
	free(g);
}

void engine_close_ptr(struct engine **g)
{
	engine_close(*g);
	*g = NULL;
}

const struct engine_info *engine_info(const struct engine *g)
{
	return &g->info;
}

int engine_do(
	struct engine *g, const struct http_request *r, struct reply *out, struct err *e)
{
	AUTO_FREE char *path = xasprintf("/v1.%d%s", g->info.api_minor, r->path);
	struct http_request versioned = *r;

	versioned.path = path;
	return http_do(g->http, &versioned, out, e);
}

/* A create may copy an image, a start waits for hooks and volumes, a remove for a slow
 * disk. */
long engine_patience(const struct engine *g, const char *method)
{
	return strcmp(method, "GET") != 0 ? 5 * g->patience_ms : g->patience_ms;
}

int engine_send(struct engine *g, const char *method, const cJSON *body,
	struct reply *out, struct err *e, const char *fmt, ...)
{
	AUTO_FREE char *text = NULL, *path = NULL;
	struct http_request r = {
		.method = method, .timeout_ms = engine_patience(g, method)};
	va_list ap;

	if (json_send(body, &text, e) < 0)
		return -1;
	va_start(ap, fmt);
	path = xvasprintf(fmt, ap);
	va_end(ap);
	r.path = path;
	r.body = text;
	r.n_body = text ? strlen(text) : 0;
	return engine_do(g, &r, out, e);
}

int engine_call(struct engine *g, const char *method, const char *path, const cJSON *body,
	cJSON **reply, struct err *e)
{
	AUTO_REPLY struct reply r = {0};

	if (engine_send(g, method, body, &r, e, "%s", path) < 0)
		return -1;
	if (r.status >= 300 && r.status != 304)
		return engine_fail(e, &r);
	if (!reply)
		return 0;
	*reply = reply_json(&r, e);
	return *reply ? 0 : -1;
}
