/* SPDX-License-Identifier: MIT */
#include "plan/resolved.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

void resolved_init(struct resolved *s)
{
	*s = (struct resolved){.set.stop_timeout = -1, .set.init = true};
}

static void free_identity(struct resolved_identity *i)
{
	free(i->name);
	free(i->gecos);
	free(i->home);
	free(i->shell);
	free(i->group);
	for (size_t k = 0; k < i->n_groups; k++)
		free(i->groups[k].name);
	free(i->groups);
}

void resolved_trim(struct resolved *s, size_t n_files, size_t n_mounts)
{
	for (; s->n_files > n_files; s->n_files--) {
		free(s->files[s->n_files - 1].path);
		free(s->files[s->n_files - 1].data);
	}
	for (; s->n_mounts > n_mounts; s->n_mounts--) {
		if (s->mounts[s->n_mounts - 1].fd >= 0)
			close(s->mounts[s->n_mounts - 1].fd);
		if (s->mounts[s->n_mounts - 1].carried_fd >= 0)
			close(s->mounts[s->n_mounts - 1].carried_fd);
		free(s->mounts[s->n_mounts - 1].carried);
		free(s->mounts[s->n_mounts - 1].source);
		free(s->mounts[s->n_mounts - 1].target);
		kvs_free(&s->mounts[s->n_mounts - 1].labels);
	}
}

void resolved_free(struct resolved *s)
{
	char **texts[] = {&s->service, &s->own_network, &s->from.stop_signal, &s->profile,
		&s->project, &s->elsewhere, &s->image, &s->image_id, &s->userns,
		&s->from.user, &s->of_image.name, &s->owner.name, &s->x.display,
		&s->x.number, &s->x.cookie_path, &s->seccomp, &s->seccomp_file};
	struct strv *lists[] = {&s->groups, &s->secrets, &s->env_files, &s->held,
		&s->from.entrypoint, &s->from.command, &s->from.volumes, &s->from.health,
		&s->after};
	struct kvs *maps[] = {&s->env, &s->env_filed};

	for (size_t i = 0; i < COUNT_OF(texts); i++)
		free(*texts[i]);
	for (size_t i = 0; i < COUNT_OF(lists); i++)
		strv_free(lists[i]);
	for (size_t i = 0; i < COUNT_OF(maps); i++)
		kvs_free(maps[i]);
	fields_free(&s->set, settings_fields);
	fields_free(&s->ready, ready_fields);
	for (size_t i = 0; i < s->n_services; i++)
		resolved_free(&s->services[i]);
	free(s->services);
	if (s->inputs)
		s->inputs_free(s->inputs);
	free_identity(&s->identity);
	resolved_trim(s, 0, 0);
	free(s->mounts);
	free(s->files);
	resolved_init(s);
}

struct resolved_mount *resolved_add_mount(
	struct resolved *s, enum mount_type type, const char *source, const char *target)
{
	struct resolved_mount *m;

	s->mounts = xrealloc(s->mounts, (s->n_mounts + 1) * sizeof *s->mounts);
	m = &s->mounts[s->n_mounts++];
	*m = (struct resolved_mount){.type = type,
		.source = xstrdup(source),
		.target = xstrdup(target),
		.fd = -1,
		.carried_fd = -1,
		.uid = -1,
		.gid = -1};
	return m;
}

struct resolved_file *resolved_add_file(struct resolved *s, const char *path,
	const void *data, size_t n, mode_t mode, uid_t uid, gid_t gid)
{
	struct resolved_file *f;

	s->files = xrealloc(s->files, (s->n_files + 1) * sizeof *s->files);
	f = &s->files[s->n_files++];
	*f = (struct resolved_file){
		.path = xstrdup(path), .n = n, .mode = mode, .uid = uid, .gid = gid};
	if (data) {
		f->data = xmalloc(n);
		memcpy(f->data, data, n);
	}
	return f;
}

struct plan_device *resolved_add_device(struct resolved *s, const char *source,
	const char *target, const char *permissions)
{
	struct plan_device *d;

	s->set.devices =
		xrealloc(s->set.devices, (s->set.n_devices + 1) * sizeof *s->set.devices);
	d = &s->set.devices[s->set.n_devices++];
	*d = (struct plan_device){.source = xstrdup(source),
		.target = xstrdup(target),
		.permissions = xstrdup(permissions)};
	return d;
}

bool resolved_unshifted(const struct resolved *s)
{
	return s->userns && !strcmp(s->userns, "host");
}

bool resolved_restarts(const struct resolved *s)
{
	return s->set.restart && strcmp(s->set.restart, "no") != 0;
}

bool resolved_leads(const struct resolved *s, const struct plan_port *p)
{
	bool stays = s->set.box || (s->service && s->set.keep); /* beside one */

	return s->elsewhere && !stays && port_is_here(p);
}

bool resolved_owner_known(const struct resolved *s, const struct resolved_mount *tmpfs)
{
	return tmpfs->uid >= 0 && (!tmpfs->owned || s->owner.known);
}

bool resolved_lacks_language(const struct resolved *s)
{
	return !kvs_get(&s->env, "LANG") && !kvs_get(&s->env, "LC_ALL");
}

void resolved_add_group(struct resolved *s, gid_t gid)
{
	AUTO_FREE char *number = xasprintf("%u", gid);

	if (!strv_has(&s->groups, number))
		strv_add(&s->groups, number);
}
