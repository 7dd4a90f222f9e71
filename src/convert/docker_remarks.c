/* SPDX-License-Identifier: MIT */
/* What cnnrun does besides what an option says. */
#include "convert/docker_option.h"

void docker_remarks(struct strv *out, const struct resolved *s, const char *language)
{
	for (size_t i = 0; i < s->set.n_ports; i++)
		if (resolved_leads(s, &s->set.ports[i]))
			strv_addf(
				out, "port %u leads there by ssh", s->set.ports[i].host);
	if (s->set.gpus.pick == GPU_PICK_FREE)
		strv_addf(out, "cnnrun also picks the least busy GPUs, and holds them");
	if (s->identity.wanted || s->of_image.as_host)
		strv_addf(out,
			"cnnrun also adds %s (%u:%u) to /etc/passwd and /etc/group",
			s->identity.wanted ? s->identity.name : "the image's user",
			s->uid, s->gid);
	for (size_t i = 0; i < s->n_mounts; i++)
		if (s->mounts[i].owned && !s->owner.known)
			strv_addf(out, "cnnrun also gives %s to the image's %s",
				s->mounts[i].target,
				s->owner.name      ? s->owner.name
				: s->of_image.name ? s->of_image.name
						   : "user");
	if (resolved_lacks_language(s))
		strv_add(out, language);
	for (size_t i = 0; i < s->set.network_allow.n; i++)
		strv_addf(out, "cnnrun also leads to %s", s->set.network_allow.v[i]);
	for (size_t i = 0; i < s->n_mounts; i++)
		if (s->mounts[i].carried)
			strv_addf(out, "docker carries nothing: put %s into %s first",
				s->mounts[i].carried, s->mounts[i].source);
	if (s->set.time)
		strv_addf(
			out, "cnnrun also ends it after %lld s", (long long)s->set.time);
	for (size_t i = 0; i < s->n_files; i++)
		strv_addf(out, "cnnrun also puts in %s%s", s->files[i].path,
			s->files[i].data ? "" : "/");
}
