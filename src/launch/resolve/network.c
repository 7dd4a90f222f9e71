/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/mem.h"
#include "launch/resolve/resolve.h"

static void enter(struct resolved *s, const char *network, bool enclosed)
{
	str_set(&s->own_network, network);
	str_set(&s->set.network, network);
	s->enclosed = enclosed;
}

/* A main container without network reaches its services and nothing else. One in the
 * host's network has none of its own: it finds them by the ports that they publish. */
void resolve_own_network(struct resolved *main)
{
	AUTO_FREE char *name = xasprintf("%s-services", main->set.name);
	bool host = !strcmp(main->set.network, "host");
	bool enclosed = !strcmp(main->set.network, "none");

	if (!main->n_services)
		return;
	if (host)
		str_set(&main->own_network, name);
	else
		enter(main, name, enclosed);
	for (size_t i = 0; i < main->n_services; i++) {
		struct resolved *s = &main->services[i];

		if (host && !kvs_get(&main->set.extra_hosts, s->service))
			kvs_set(&main->set.extra_hosts, s->service, "127.0.0.1");
		if (!strcmp(s->set.network, "bridge"))
			enter(s, name, enclosed);
	}
}
