/* SPDX-License-Identifier: MIT */
/* A list of hosts: how programs in the container find the filter, whether they know of
 * proxies or not. */
#include "base/mem.h"
#include "launch/filter/filter.h"
#include "launch/resolve/resolve.h"

int resolve_network(struct resolving *r, struct err *e)
{
	static const char *const names[] = {
		"http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"};
	static const char *const not_for[] = {"no_proxy", "NO_PROXY"};
	static const char servers[] = "nameserver " FILTER_DNS "\n";
	struct resolved *s = r->s;

	(void)e;
	if (!s->set.network_allow.n)
		return 0;
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (!kvs_get(&s->env, names[i]))
			kvs_set(&s->env, names[i], FILTER_PROXY);
	for (size_t i = 0; i < COUNT_OF(not_for); i++)
		if (!kvs_get(&s->env, not_for[i]))
			kvs_set(&s->env, not_for[i], "localhost,127.0.0.1,::1");
	resolved_add_file(s, "/etc/resolv.conf", servers, sizeof servers - 1, 0644, 0, 0);
	return 0;
}
