/* SPDX-License-Identifier: MIT */
/* Credentials for registries, from where docker's own client keeps them: credHelpers,
 * then credsStore, then auths. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/http/base64.h"
#include "engine/http/call.h"
#include "engine/registry/credential_helper.h"
#include "engine/registry/docker_config.h"

#define HUB "https://index.docker.io/v1/"

/* "host:5000" of "host:5000/a/b:1"; Docker Hub's key when the reference names no host. */
static char *registry_of(const char *ref)
{
	size_t n = strcspn(ref, "/");
	AUTO_FREE char *host = xstrndup(ref, n);

	if (!ref[n] || (!strpbrk(host, ".:") && strcmp(host, "localhost") != 0) ||
		!strcmp(host, "docker.io") || !strcmp(host, "index.docker.io"))
		return xstrdup(HUB);
	return xstrdup(host);
}

/* Keys of auths may be URLs of old. */
static bool same_host(const char *key, const char *registry)
{
	const char *const schemes[] = {"https://", "http://"};

	for (size_t i = 0; i < COUNT_OF(schemes); i++) {
		size_t n = strlen(schemes[i]);

		key += strncmp(key, schemes[i], n) ? 0 : n;
		registry += strncmp(registry, schemes[i], n) ? 0 : n;
	}
	return strcspn(key, "/") == strcspn(registry, "/") &&
	       !strncmp(key, registry, strcspn(key, "/"));
}

static const cJSON *find_entry(const cJSON *auths, const char *registry)
{
	const cJSON *exact = json_get(auths, registry), *i;

	if (exact)
		return exact;
	cJSON_ArrayForEach(
		i, auths) if (i->string && same_host(i->string, registry)) return i;
	return NULL;
}

static cJSON *auth_object(
	const char *registry, const char *user, const char *secret, bool is_token)
{
	cJSON *j = cJSON_CreateObject();

	if (is_token) {
		cJSON_AddStringToObject(j, "identitytoken", secret);
	} else {
		cJSON_AddStringToObject(j, "username", user);
		cJSON_AddStringToObject(j, "password", secret);
	}
	cJSON_AddStringToObject(j, "serveraddress", registry);
	return j;
}

/* {"auth":"base64 of user:password"} or {"identitytoken":…} */
static cJSON *from_entry(const cJSON *entry, const char *registry)
{
	const char *token = json_str(entry, "identitytoken"),
		   *auth = json_str(entry, "auth");
	AUTO_BUF struct buf pair = {0};
	char *colon;

	if (token && *token)
		return auth_object(registry, NULL, token, true);
	if (!auth || base64_decode(auth, strlen(auth), &pair) < 0 || !pair.n)
		return NULL;
	colon = strchr(pair.p, ':');
	if (!colon)
		return NULL;
	*colon = 0;
	return auth_object(registry, pair.p, colon + 1, false);
}

/* *out stays NULL where there are no credentials. */
static int look_up(const cJSON *config, const char *registry, cJSON **out, struct err *e)
{
	const char *helper = json_str(json_get(config, "credHelpers"), registry);
	AUTO_FREE char *user = NULL, *secret = NULL;

	if (!helper)
		helper = json_str(config, "credsStore");
	if (helper && *helper) {
		if (credential_helper_get(helper, registry, &user, &secret, e) < 0)
			return -1;
		if (secret) {
			*out = auth_object(
				registry, user, secret, !strcmp(user, "<token>"));
			return 0;
		}
	}
	*out = from_entry(find_entry(json_get(config, "auths"), registry), registry);
	return 0;
}

/* These keep what `docker login` put in, which leaves an entry in auths; others (a
 * cloud's) make credentials as they are asked. */
static bool is_keychain(const char *helper)
{
	static const char *const names[] = {
		"secretservice", "pass", "osxkeychain", "wincred", "desktop"};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (!strcmp(helper, names[i]))
			return true;
	return false;
}

static bool has_login(const cJSON *config, const char *registry)
{
	const char *store = json_str(config, "credsStore");

	return json_str(json_get(config, "credHelpers"), registry) ||
	       find_entry(json_get(config, "auths"), registry) ||
	       (store && *store && !is_keychain(store));
}

char *registry_name(const char *ref)
{
	AUTO_FREE char *registry = registry_of(ref);

	return xstrdup(strcmp(registry, HUB) ? registry : "docker.io");
}

char *registry_login(const char *ref)
{
	AUTO_FREE char *registry = registry_of(ref);
	AUTO_JSON cJSON *config = docker_config();

	return config && has_login(config, registry) ? registry_name(ref) : NULL;
}

int registry_auth(const char *ref, struct buf *out, struct err *e)
{
	AUTO_FREE char *registry = registry_of(ref);
	AUTO_JSON cJSON *config = docker_config();
	AUTO_JSON cJSON *auth = NULL;
	AUTO_FREE char *text = NULL;

	if (!config || !has_login(config, registry))
		return 0;
	if (look_up(config, registry, &auth, e) < 0)
		return -1;
	if (json_send(auth, &text, e) < 0)
		return err_wrap(e, "the password of %s", registry);
	if (text)
		base64_encode(text, strlen(text), 1, out);
	return 0;
}
