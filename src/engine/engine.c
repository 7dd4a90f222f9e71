/* SPDX-License-Identifier: MIT */
/* A connection to an engine: open, negotiate, call. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine/http/call.h"
#include "engine/ops.h"

/* Versions are 1.MINOR. The oldest that has all we call, and the newest we know. */
#define API_MIN 41
#define API_MAX 51

/* The first that takes the terminal's size with the create request. */
#define API_CONSOLE_SIZE 42

#define PING_TIMEOUT_MS 20000
#define MOMENT_US       20000

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

static const struct engine_ops *kind_of(const char *server)
{
	for (const struct engine_ops *const *k = engine_kinds; *k; k++)
		if ((*k)->server && strstr(server, (*k)->server))
			return *k;
	return engine_kinds[0];
}

static void set_kind(struct engine *g, const struct engine_ops *ops)
{
	g->ops = ops;
	g->info.name = ops->name;
	g->info.title = ops->title;
	g->info.can = ops->can;
}

/* The way is there, and what is at its end hung up. */
static int nobody_there(struct err *e)
{
	return err_hint(e, "does an engine run there, and does sshd let sockets through "
			   "(AllowStreamLocalForwarding)?");
}

static int negotiate(struct engine *g, struct err *e)
{
	AUTO_REPLY struct reply r = {0};
	const char *version, *server, *builder, *os;
	int minor;

	if (ping(g, "/_ping", &r, e) < 0)
		return e->code == ECONNRESET && !strncmp(g->url, "ssh://", 6)
			       ? nobody_there(e)
			       : -1;
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
	set_kind(g, kind_of(g->server));
	/* Engines without the header have BuildKit too since 18.09, on Linux. */
	if ((!builder || strcmp(builder, "2") != 0) && os && strcmp(os, "linux") != 0)
		g->info.can &= ~(unsigned)CAN_BUILDKIT;
	if (minor < API_CONSOLE_SIZE)
		g->info.can &= ~(unsigned)CAN_CONSOLE_SIZE;
	if (minor < API_MIN)
		return err_set(e, EPROTONOSUPPORT,
			"the container engine at %s is too old: it speaks API 1.%d, 1.%d "
			"is needed; update it (%s or newer)",
			g->url, minor, API_MIN, g->ops->oldest);
	g->info.api_minor = minor < API_MAX ? minor : API_MAX;
	return minor > API_MAX ? raise_version(g, e) : 0;
}

struct engine *engine_new(const struct engine_ops *ops, const char *url)
{
	struct engine *g = xcalloc(1, sizeof *g);

	g->url = xstrdup(url);
	g->info.url = g->url;
	g->patience_ms = PATIENCE_MS;
	set_kind(g, ops);
	return g;
}

int engine_open(const char *url, struct engine **out, struct err *e)
{
	AUTO_ENGINE struct engine *g = engine_new(engine_kinds[0], url);
	struct err local = {0};

	e = e ? e : &local;
	g->http = http_new(g->url);
	if (negotiate(g, e) < 0)
		return -1;
	if (wire_is_local(g->url))
		g->info.can |= CAN_SAME_HOST;
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
	free(g->server);
	free(g->version);
	free(g->security_options);
	free(g->storage_driver);
	free(g->cgroup_version);
	free(g->root);
	free(g->processor);
	free(g);
}

void engine_close_ptr(struct engine **g)
{
	engine_close(*g);
	*g = NULL;
}

static int ask_facts(
	struct engine *g, bool now, const struct engine_facts **out, struct err *e)
{
	if ((now || !g->asked) && g->ops->facts(g, now, e) < 0)
		return -1;
	g->asked = true;
	g->facts.socket = engine_socket(g->url);
	g->facts.url = g->url;
	g->facts.elsewhere = !wire_is_local(g->url);
	*out = &g->facts;
	return 0;
}

int engine_facts(struct engine *g, const struct engine_facts **out, struct err *e)
{
	return ask_facts(g, false, out, e);
}

int engine_facts_now(struct engine *g, const struct engine_facts **out, struct err *e)
{
	return ask_facts(g, true, out, e);
}

const struct engine_info *engine_info(const struct engine *g)
{
	return &g->info;
}

/* Once more where the engine may have meant another answer. */
static int ask(struct engine *g, const struct http_request *r, const char *path,
	struct reply *out, struct err *e)
{
	struct http_request versioned = *r;

	versioned.path = path;
	if (http_do(g->http, &versioned, out, e) < 0)
		return -1;
	if (out->status < 400 || !g->ops->is_moment || !g->ops->is_moment(r, out))
		return 0;
	reply_free(out);
	usleep(MOMENT_US);
	return http_do(g->http, &versioned, out, e);
}

int engine_do(
	struct engine *g, const struct http_request *r, struct reply *out, struct err *e)
{
	AUTO_FREE char *path = xasprintf("/v1.%d%s", g->info.api_minor, r->path);

	if (ask(g, r, path, out, e) < 0)
		return -1;
	if (out->status >= 400 && g->ops->mend)
		g->ops->mend(out);
	return 0;
}

int engine_stream(struct engine *g, const char *method, const char *path,
	const cJSON *body, bool upgrade, struct body_stream *out, struct err *e)
{
	AUTO_FREE char *text = NULL;
	AUTO_FREE char *versioned = xasprintf("/v1.%d%s", g->info.api_minor, path);
	AUTO_REPLY struct reply reply = {0};
	struct http_request r = {.method = method,
		.path = versioned,
		.upgrade = upgrade,
		.timeout_ms = 2 * g->patience_ms};

	if (json_send(body, &text, e) < 0)
		return -1;
	r.body = text;
	r.n_body = text ? strlen(text) : 0;
	if (http_open(g->http, &r, &reply, out, e) < 0)
		return -1;
	if (reply.status < 300)
		return 0;
	if (g->ops->mend)
		g->ops->mend(&reply);
	return engine_fail(e, &reply);
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
