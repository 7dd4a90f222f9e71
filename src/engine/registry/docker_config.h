/* SPDX-License-Identifier: MIT */
/* The docker client's configuration, as far as it is ours to honour. */
#ifndef CNNRUN_ENGINE_DOCKER_CONFIG_H
#define CNNRUN_ENGINE_DOCKER_CONFIG_H

#include "base/buf.h"
#include "base/json.h"

/* $DOCKER_CONFIG, else ~/.docker. The caller frees. */
char *docker_config_dir(void);
/* config.json; NULL when there is none or it is unreadable. The caller deletes. */
cJSON *docker_config(void);
/* The same of $DOCKER_AUTH_CONFIG, which has "auths" alone and goes before it. */
cJSON *docker_config_env(void);

/* The keys by which a terminal is left, as the configuration has them; NULL = it says
 * nothing. The caller frees. */
int docker_detach_keys(char **out, struct err *e);

/* The registry that ref is pulled from: "docker.io" where it names none. The caller
 * frees. */
char *registry_name(const char *ref);
/* The same, where the config has, or may have, a login for
 * it; else NULL. No helper is asked. The caller frees. */
char *registry_login(const char *ref);
/* The value of X-Registry-Auth for the registry that ref is pulled from, "" when the
 * config has no credentials for it. -1 when a credential helper fails. */
int registry_auth(const char *ref, struct buf *out, struct err *e);
/* The same for a registry that is asked by this host's name. */
char *registry_host_login(const char *host);
/* What one of those logins is; *user is "" where *secret is a token. Both are the
 * caller's, and stay NULL where there is none after all. */
int registry_credentials(const char *login, char **user, char **secret, struct err *e);

#endif
