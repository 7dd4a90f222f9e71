/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "engine/docker/docker.h"
#include "engine/docker/no_network.h"

void docker_own_paths(const struct resolved *s, struct strv *out)
{
	static const char *const all[] = {"/proc/", "/sys/", "/sys/fs/cgroup/", "/dev/",
		"/dev/pts/", "/dev/shm/", "/dev/mqueue/"};
	static const char *const network[] = {
		"/etc/hosts", "/etc/hostname", "/etc/resolv.conf"};

	for (size_t i = 0; i < COUNT_OF(all); i++)
		strv_add(out, all[i]);
	for (size_t i = 0; i < COUNT_OF(network) && !no_network(s); i++)
		strv_add(out, network[i]);
	if (s->set.init)
		strv_add(out, "/sbin/docker-init");
}
