/* SPDX-License-Identifier: MIT */
/* Credentials for registries, from where docker's own client keeps them: the variable
 * DOCKER_AUTH_CONFIG, credHelpers, then credsStore, then auths. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/http/base64.h"
#include "engine/http/call.h"
#include "engine/registry/credential_helper.h"
#include "engine/registry/docker_config.h"

#define HUB      "https://index.docker.io/v1/"
#define HUB_NAME "docker.io"

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

static cJSON *auth_object(const char *registry, const char *key, const char *token)
{
	cJSON *j = cJSON_CreateObject();

	cJSON_AddStringToObject(j, key, token);
	cJSON_AddStringToObject(j, "serveraddress", registry);
	return j;
}

static cJSON *user_object(const char *registry, const char *user, const char *password)
{
	cJSON *j = cJSON_CreateObject();

	cJSON_AddStringToObject(j, "username", user);
	cJSON_AddStringToObject(j, "password", password);
	cJSON_AddStringToObject(j, "serveraddress", registry);
	return j;
}

/* {"auth":"base64 of user:password"}, the two in the open, {"identitytoken":…} or
 * {"registrytoken":…} */
static cJSON *from_entry(const cJSON *entry, const char *registry)
{
	static const char *const tokens[] = {"identitytoken", "registrytoken"};
	const char *auth = json_str(entry, "auth"), *user = json_str(entry, "username"),
		   *password = json_str(entry, "password");
	AUTO_BUF struct buf pair = {0};
	char *colon;

	for (size_t i = 0; i < COUNT_OF(tokens); i++) {
		const char *token = json_str(entry, tokens[i]);

		if (token && *token)
			return auth_object(registry, tokens[i], token);
	}
	if (auth && base64_decode(auth, strlen(auth), &pair) == 0 && pair.n &&
		(colon = strchr(pair.p, ':'))) {
		*colon = 0;
		user = pair.p;
		password = colon + 1;
	}
	return user && password && *user ? user_object(registry, user, password) : NULL;
}

/* What the file and the environment say of logins. */
struct logins {
	cJSON *file, *env; /* each NULL where it says nothing */
};

static void logins_free(struct logins *l)
{
	cJSON_Delete(l->file);
	cJSON_Delete(l->env);
}

#define AUTO_LOGINS __attribute__((cleanup(logins_free)))

static struct logins logins_read(void)
{
	return (struct logins){.file = docker_config(), .env = docker_config_env()};
}

/* *out stays NULL where there are no credentials. */
static int look_up(
	const struct logins *l, const char *registry, cJSON **out, struct err *e)
{
	const char *helper = json_str(json_get(l->file, "credHelpers"), registry);
	AUTO_FREE char *user = NULL, *secret = NULL;

	*out = from_entry(json_get(json_get(l->env, "auths"), registry), registry);
	if (*out)
		return 0;
	if (!helper)
		helper = json_str(l->file, "credsStore");
	if (helper && *helper) {
		if (credential_helper_get(helper, registry, &user, &secret, e) < 0)
			return -1;
		if (secret) {
			*out = strcmp(user, "<token>")
				       ? user_object(registry, user, secret)
				       : auth_object(registry, "identitytoken", secret);
			return 0;
		}
	}
	*out = from_entry(find_entry(json_get(l->file, "auths"), registry), registry);
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

static bool has_login(const struct logins *l, const char *registry)
{
	const char *store = json_str(l->file, "credsStore");

	return json_get(json_get(l->env, "auths"), registry) ||
	       json_str(json_get(l->file, "credHelpers"), registry) ||
	       find_entry(json_get(l->file, "auths"), registry) ||
	       (store && *store && !is_keychain(store));
}

static const char *written(const char *registry)
{
	return strcmp(registry, HUB) ? registry : HUB_NAME;
}

char *registry_name(const char *ref)
{
	AUTO_FREE char *registry = registry_of(ref);

	return xstrdup(written(registry));
}

static char *login_at(const char *registry)
{
	AUTO_LOGINS struct logins logins = logins_read();

	return has_login(&logins, registry) ? xstrdup(written(registry)) : NULL;
}

char *registry_login(const char *ref)
{
	AUTO_FREE char *registry = registry_of(ref);

	return login_at(registry);
}

char *registry_host_login(const char *host)
{
	static const char *const hub[] = {
		HUB_NAME, "registry-1." HUB_NAME, "index." HUB_NAME};

	for (size_t i = 0; i < COUNT_OF(hub); i++)
		if (!strcmp(host, hub[i]))
			return login_at(HUB);
	return login_at(host);
}

int registry_credentials(const char *login, char **user, char **secret, struct err *e)
{
	const char *registry = strcmp(login, HUB_NAME) ? login : HUB;
	AUTO_LOGINS struct logins logins = logins_read();
	AUTO_JSON cJSON *auth = NULL;
	const char *token;

	if (look_up(&logins, registry, &auth, e) < 0)
		return -1;
	token = json_str(auth, "identitytoken");
	*user = xstrdup(token ? "" : json_str(auth, "username"));
	*secret = xstrdup(token ? token : json_str(auth, "password"));
	return 0;
}

int registry_auth(const char *ref, struct buf *out, struct err *e)
{
	AUTO_FREE char *registry = registry_of(ref);
	AUTO_LOGINS struct logins logins = logins_read();
	AUTO_JSON cJSON *auth = NULL;
	AUTO_FREE char *text = NULL;

	if (!has_login(&logins, registry))
		return 0;
	if (look_up(&logins, registry, &auth, e) < 0)
		return -1;
	if (json_send(auth, &text, e) < 0)
		return err_wrap(e, "the password of %s", registry);
	if (text)
		base64_encode(text, strlen(text), 1, out);
	return 0;
}
