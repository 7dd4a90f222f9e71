/* SPDX-License-Identifier: MIT */
/* The create request, where Podman's is not Docker's. */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "engine/docker/docker.h"
#include "engine/docker/host_config.h"
#include "engine/podman/podman.h"

/* Its own defaults are fewer than docker's. */
static void add_dockers(cJSON *host, const struct settings *s)
{
	cJSON *add = cJSON_GetObjectItemCaseSensitive(host, "CapAdd");

	if (!settings_as_docker(s) || s->privileged || strv_has(&s->cap_drop, "ALL"))
		return;
	add = add ? add : cJSON_AddArrayToObject(host, "CapAdd");
	for (const char *const *c = docker_capabilities; *c; c++)
		if (!strv_has(&s->cap_add, *c) && !strv_has(&s->cap_drop, *c))
			cJSON_AddItemToArray(add, cJSON_CreateString(*c));
}

/* A tmpfs can be given to the user that the container starts as, and to no other: what is
 * anybody else's has to be open to all in the container. */
static void add_owner(
	struct buf *o, const struct resolved *s, const struct resolved_mount *m)
{
	struct resolved_mount shared = *m;
	bool starts = !s->has_user || (m->uid == s->uid && m->gid == s->gid);

	if (m->uid > 0 && !starts)
		shared.mode = m->mode ? m->mode | (m->mode & 0700) >> 6 | 01000 : 0;
	tmpfs_options(o, &shared);
	if (m->uid > 0 && starts)
		buf_adds(o, ",U");
}

/* Nor does what the image has there come into it, as on Docker. */
static void own_tmpfs(cJSON *host, const struct resolved *s)
{
	cJSON *all = cJSON_GetObjectItemCaseSensitive(host, "Tmpfs");

	for (size_t i = 0; i < s->n_mounts; i++) {
		AUTO_BUF struct buf o = {0};

		if (s->mounts[i].type != MOUNT_TMPFS)
			continue;
		add_owner(&o, s, &s->mounts[i]);
		buf_adds(&o, ",notmpcopyup");
		cJSON_ReplaceItemInObjectCaseSensitive(
			all, s->mounts[i].target, cJSON_CreateString(o.p));
	}
}

cJSON *podman_body(const struct engine_info *i, const struct resolved *s)
{
	cJSON *body = create_body(i, s);
	cJSON *host = cJSON_GetObjectItemCaseSensitive(body, "HostConfig");
	const char *network = json_str(host, "NetworkMode");

	add_dockers(host, &s->set);
	own_tmpfs(host, s);
	put_seccomp(body, s->seccomp_file); /* which it reads */
	/* A rootless one has no bridge; its own default is what fits. */
	if (network && !strcmp(network, "bridge"))
		cJSON_ReplaceItemInObjectCaseSensitive(
			host, "NetworkMode", cJSON_CreateString("default"));
	/* The exit status has been seen to get lost with it; the janitor removes. */
	cJSON_DeleteItemFromObjectCaseSensitive(host, "AutoRemove");
	return body;
}

/* Before 5.4 such a container starts without GPUs, and nothing says so. */
static int check_gpus(struct engine *g, const struct resolved *s, struct err *e)
{
	const struct engine_facts *f;

	if (s->set.gpus.select == GPU_NONE)
		return 0;
	if (engine_facts(g, &f, e) < 0)
		return -1;
	return f->no_gpus ? err_set(e, ERR_NO_GPU, "%s", f->no_gpus) : 0;
}

/* A volume that comes to be with its container gets none of its labels here. One that is
 * there already stays as it is. */
static int make_volumes(struct engine *g, const struct resolved *s, struct err *e)
{
	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct resolved_mount *m = &s->mounts[i];

		if (m->type == MOUNT_VOLUME && m->source && m->labels.n &&
			docker_volume_create(g, m->source, &m->labels, e) < 0)
			return -1;
	}
	return 0;
}

int podman_create(struct engine *g, const struct resolved *s, char **id,
	struct strv *warnings, struct err *e)
{
	AUTO_JSON cJSON *body = podman_body(&g->info, s);

	if (s->seccomp && !s->seccomp_file)
		return err_set(e, ENOTSUP,
			"Podman reads system calls from a file of its own machine, where "
			"this one's is not; go without c:security \"seccomp=...\"");
	if (check_gpus(g, s, e) < 0 || make_volumes(g, s, e) < 0)
		return -1;
	return create_from(g, s, body, id, warnings, e);
}
