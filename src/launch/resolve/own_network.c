/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/mem.h"
#include "launch/resolve/resolve.h"

/* One in the host's network has none of its own: it finds them by the ports that they
 * publish. */
void resolve_own_network(struct resolved *main)
{
	AUTO_FREE char *name = xasprintf("%s-services", main->set.name);
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
