/* SPDX-License-Identifier: MIT */
/* What images reach before anything of them runs: registries, with the user's login, and
 * what their builds have the engine fetch. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "build/inputs.h"
#include "build/reach.h"
#include "engine/registry/docker_config.h"
#include "engine/registry/proxies.h"
#include "launch/resolve/resolve.h"
#include "plan/checks.h"

/* An image that may be pulled. */
static void add_registry(struct resolving *r, const char *ref)
{
	AUTO_FREE char *address = reach_registry(ref), *login = registry_login(ref);

	if (address)
		rights_add(r->rights, RIGHT_FETCH, address);
	if (login)
		rights_add(r->rights, RIGHT_LOGIN, login);
}

static void add_reach(struct resolving *r, const struct build_reach *reach)
{
	for (size_t i = 0; i < reach->hosts.n; i++)
		rights_add(r->rights, RIGHT_FETCH,
			strcmp(reach->hosts.v[i], REACH_ANY) ? reach->hosts.v[i]
							     : RIGHT_ANY_ADDRESS);
	for (size_t i = 0; i < reach->frontends.n; i++)
		rights_add(r->rights, RIGHT_BUILD_FRONTEND, reach->frontends.v[i]);
	if (reach->host_network)
		rights_add(r->rights, RIGHT_BUILD_HOST_NETWORK, NULL);
	if (reach->insecure)
		rights_add(r->rights, RIGHT_BUILD_INSECURE, NULL);
}

static void add_build(struct resolving *r)
{
	const struct plan_build *b = &r->p->build;
	const struct build_inputs *in = r->s->inputs;
	const char *frontend = kvs_get(&b->args, "BUILDKIT_SYNTAX");
	AUTO_FREE char *push = strchr(b->tag, '/') ? registry_login(b->tag) : NULL;
	AUTO_BUILD_REACH struct build_reach reach = {0};
	AUTO_STRV struct strv images = {0};

	build_reach_read(buf_str(&in->text), in->text.n, &reach);
	if (frontend)
		strv_add(&reach.frontends, frontend);
	add_reach(r, &reach);
	build_inputs_images(in, b, &images, &images);
	for (size_t i = 0; i < images.n; i++)
		add_registry(r, images.v[i]);
	for (size_t i = 0; i < b->cache_from.n; i++)
		if (!cache_is_directory(b->cache_from.v[i]))
			add_registry(r, b->cache_from.v[i]);
	if (push) /* for build --push */
		rights_add(r->rights, RIGHT_LOGIN, push);
	if (b->cache_to && strcmp(b->cache_to, CACHE_INLINE) != 0 &&
		!cache_is_directory(b->cache_to)) {
		AUTO_FREE char *registry = registry_name(b->cache_to);

		rights_add(r->rights, RIGHT_BUILD_CACHE, registry);
		add_registry(r, b->cache_to);
	}
}

/* A password in them, its steps see. */
static void add_proxies(struct resolving *r)
{
	AUTO_KVS struct kvs args = {0};
	AUTO_STRV struct strv secret = {0};

	for (size_t i = 0; i < r->p->build.args.n; i++)
		kvs_set(&args, r->p->build.args.v[i].key, r->p->build.args.v[i].value);
	docker_proxies(r->facts->url, &args, &secret);
	for (size_t i = 0; i < secret.n; i += 2)
		rights_add(r->rights, RIGHT_VARIABLE, secret.v[i]);
}

int resolve_images(struct resolving *r, struct err *e)
{
	(void)e;
	if (r->s->inputs) {
		add_build(r);
		add_proxies(r);
	} else if (r->p->image && r->p->pull != PULL_NEVER)
		add_registry(r, r->p->image);
	return 0;
}
