/* SPDX-License-Identifier: MIT */
/* Where the engine is: options, environment, docker's contexts, the usual sockets. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "engine/contexts.h"
#include "engine/ops.h"
#include "engine/registry/docker_config.h"
#include "engine/wire/endpoint.h"
#include "engine/wire/ways.h"
#include "engine/wire/wire.h"

#define UNIX_URL "unix://"

const char *engine_socket(const char *url)
{
	return wire_is_local(url) ? url + strlen(UNIX_URL) : NULL;
}

/* Where certificates lie for an address without a context, as docker has it. */
static char *certs_dir(void)
{
	const char *dir = getenv("DOCKER_CERT_PATH");

	return dir && *dir ? xstrdup(dir) : docker_config_dir();
}

static bool is_set(const char *name)
{
	const char *s = getenv(name);

	return s && *s;
}

static bool is_loopback(const char *host)
{
	struct in_addr four;

	return !strcmp(host, "localhost") || !strcmp(host, "::1") ||
	       (inet_pton(AF_INET, host, &four) == 1 &&
		       ntohl(four.s_addr) >> 24 == IN_LOOPBACKNET);
}

/* TLS wherever docker would speak it, and wherever somebody could listen on the way. */
static void note_tls(const struct endpoint *p, const char *url)
{
	struct way *way = way_to(url);
	AUTO_FREE char *dir = certs_dir();

	way->plain = !is_set("DOCKER_TLS_VERIFY") && !is_set("DOCKER_CERT_PATH") &&
		     !is_set("DOCKER_TLS") && is_loopback(p->host);
	if (!way->plain)
		way_certificates(way, dir);
}

int engine_at_host(const char *host, char **url, struct err *e)
{
	AUTO_FREE char *unix_url = *host == '/' ? xasprintf("unix://%s", host) : NULL;
	AUTO_ENDPOINT struct endpoint p = {0};

	if (endpoint_parse(unix_url ? unix_url : host, &p, e) < 0)
		return -1;
	*url = endpoint_url(&p);
	if (p.kind == AT_TCP)
		note_tls(&p, *url);
	return 0;
}

void engine_socket_names(struct strv *out)
{
	for (const struct engine_ops *const *k = engine_kinds; *k; k++)
		for (const char *const *s = (*k)->sockets; *s; s++)
			if (**s != '/')
				strv_add(out, *s);
}

void engine_names(struct strv *out)
{
	context_names(out);
	connection_names(out);
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

/* Whose word counts, in this order; a name is a docker context's or, else, a connection
 * of Podman's. */
static const struct {
	const char *variable;
	bool is_name, podman;
} words[] = {
	{"DOCKER_HOST", false, false},
	{"DOCKER_CONTEXT", true, false},
	{"CONTAINER_HOST", false, true},
	{"CONTAINER_CONNECTION", true, true},
};

const char *engine_named_by(const char *host, const char *context)
{
	AUTO_JSON cJSON *config = NULL;

	if (set(context))
		return "--context";
	if (set(host))
		return "--host";
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (is_set(words[i].variable))
			return words[i].variable;
	config = docker_config();
	context = set(json_str(config, "currentContext"));
	return context && strcmp(context, "default") != 0 ? "docker context use" : NULL;
}

/* The first variable that is set; 0 = none is. "default" is docker's word for none, and
 * DOCKER_HOST, but not the configuration, comes before it. */
static int by_variable(char **url, struct err *e)
{
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		const char *value = set(getenv(words[i].variable));
		int rc;

		if (!value)
			continue;
		if (!words[i].is_name)
			rc = engine_at_host(value, url, e);
		else if (words[i].podman)
			rc = connection_find(value, url, e);
		else if (!strcmp(value, "default"))
			rc = (*url = usual_socket(), 0);
		else
			rc = context_find(value, url, e);
		return rc < 0 ? err_wrap(e, "%s", words[i].variable) : 1;
	}
	return 0;
}

int engine_find(const char *host, const char *context, char **url, struct err *e)
{
	AUTO_JSON cJSON *config = NULL;
	const char *current;
	struct err local = {0};
	int found;

	e = e ? e : &local;
	if (set(context) && strcmp(context, "default") != 0)
		return context_find(context, url, e);
	if (set(context)) {
		host = set(getenv("DOCKER_HOST"));
		if (host)
			return engine_at_host(host, url, e);
		*url = usual_socket();
		return 0;
	}
	if (set(host))
		return engine_at_host(host, url, e);
	found = by_variable(url, e);
	if (found)
		return found < 0 ? -1 : 0;
	config = docker_config();
	current = set(json_str(config, "currentContext"));
	if (current && strcmp(current, "default") != 0)
		return context_find(current, url, e);
	*url = usual_socket();
	return 0;
}

void engine_hold(const char *url)
{
	wire_hold(url);
}

void engine_sweep(const char *dir)
{
	wire_sweep(dir);
}

void engine_leave(void)
{
	wire_leave();
}

struct engine_facts engine_facts_of(const char *url)
{
	return (struct engine_facts){.url = url,
		.socket = url ? engine_socket(url) : NULL,
		.elsewhere = url && !wire_is_local(url)};
}
