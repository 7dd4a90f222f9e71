/* SPDX-License-Identifier: MIT */
/* The proxies of the docker client's configuration, which it gives containers and builds.
 */
#ifndef CNNRUN_ENGINE_PROXIES_H
#define CNNRUN_ENGINE_PROXIES_H

#include "base/strv.h"

/* Adds HTTP_PROXY, http_proxy and the like to env, but for those that it has in either
 * spelling: those that are for the engine at that socket (or NULL), else those for all.
 * secret gets the names, both of each, whose values hold a password. */
void docker_proxies(const char *url, struct kvs *env, struct strv *secret);

#endif
