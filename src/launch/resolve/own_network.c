/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "launch/resolve/resolve.h"

#define SUFFIX "-services"

/* One in the host's network has none of its own: it finds them by the ports that they
 * publish. */
void resolve_own_network(struct resolved *main)
{
	AUTO_FREE char *name = xasprintf("%s" SUFFIX, main->set.name);
	bool host = !strcmp(main->set.network, "host");

	if (!main->n_services)
		return;
	str_set(&main->own_network, name);
	if (!host)
		str_set(&main->set.network, name);
	for (size_t i = 0; i < main->n_services; i++) {
		struct resolved *s = &main->services[i];

		if (host && !kvs_get(&main->set.extra_hosts, s->service))
			kvs_set(&main->set.extra_hosts, s->service, "127.0.0.1");
		if (strcmp(s->set.network, "bridge") != 0)
			continue;
		str_set(&s->own_network, name);
		str_set(&s->set.network, name);
	}
}

static void rename_network(struct resolved *s, const char *name)
{
	if (!s->own_network)
		return;
	if (!strcmp(s->own_network, s->set.network))
		str_set(&s->set.network, name);
	str_set(&s->own_network, name);
}

void resolve_rename(struct resolved *main, const char *name)
{
	AUTO_FREE char *network = xasprintf("%s" SUFFIX, name);

	str_set(&main->set.name, name);
	rename_network(main, network);
	for (size_t i = 0; i < main->n_services; i++) {
		struct resolved *s = &main->services[i];

		free(s->set.name);
		s->set.name = xasprintf("%s-%s", name, s->service);
		rename_network(s, network);
	}
}
