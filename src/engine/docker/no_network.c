/* SPDX-License-Identifier: MIT */
#include "engine/docker/no_network.h"

#include <string.h>

#include "base/path.h"

static char path[] = "/etc/hosts";
static char text[] = "127.0.0.1\tlocalhost\n"
		     "::1\tlocalhost ip6-localhost ip6-loopback\n"
		     "fe00::0\tip6-localnet\n"
		     "ff00::0\tip6-mcastprefix\n"
		     "ff02::1\tip6-allnodes\n"
		     "ff02::2\tip6-allrouters\n";

bool no_network(const struct resolved *s)
{
	if (!s->set.network || strcmp(s->set.network, "none") != 0)
		return false;
	/* what needs the engine's own files, and where ours could not be put */
	if (s->set.extra_hosts.n || s->set.dns.n || s->set.n_ports)
		return false;
	for (size_t k = 0; k < s->n_mounts; k++)
		if (path_within(path, s->mounts[k].target))
			return !strcmp(path, s->mounts[k].target);
	return !s->set.readonly_rootfs;
}

const char *no_network_lacks(const struct resolved *s)
{
	for (size_t k = 0; k < s->n_mounts; k++)
		if (!strcmp(path, s->mounts[k].target))
			return NULL;
	return no_network(s) ? text : NULL;
}

struct resolved_file no_network_hosts(void)
{
	return (struct resolved_file){
		.path = path, .data = text, .n = sizeof text - 1, .mode = 0644};
}
