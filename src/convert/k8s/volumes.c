/* SPDX-License-Identifier: MIT */
/* What a container has mounted: claims, memory, the project's files. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "convert/k8s/k8s.h"

/* A container's own: of a service its name is before. */
static char *own(const struct resolved *s, const char *name)
{
	return s->service ? xasprintf("%s-%s", s->service, name) : xstrdup(name);
}

static void mount(cJSON *container, const char *volume, const char *path,
	const char *below, bool readonly)
{
	cJSON *list = cJSON_GetObjectItemCaseSensitive(container, "volumeMounts");
	cJSON *o = cJSON_CreateObject();

	list = list ? list : cJSON_AddArrayToObject(container, "volumeMounts");
	cJSON_AddStringToObject(o, "name", volume);
	cJSON_AddStringToObject(o, "mountPath", path);
	if (below && *below)
		cJSON_AddStringToObject(o, "subPath", below);
	if (readonly)
		cJSON_AddBoolToObject(o, "readOnly", true);
	cJSON_AddItemToArray(list, o);
}

static void empty(cJSON *volumes, const char *name, bool memory, int64_t size)
{
	cJSON *o = cJSON_CreateObject();

	if (memory)
		cJSON_AddStringToObject(o, "medium", "Memory");
	if (size)
		cJSON_AddItemToObject(o, "sizeLimit", k8s_size(size));
	k8s_add_named(volumes, name, "emptyDir", o);
}

static void claim(cJSON *volumes, const char *name, const char *claim)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddStringToObject(o, "claimName", claim);
	k8s_add_named(volumes, name, "persistentVolumeClaim", o);
}

/* The volume of that claim, of whichever container it was first. */
static char *claim_of(cJSON *volumes, const char *name)
{
	const cJSON *v;
	size_t n = 0;
	char *made;

	cJSON_ArrayForEach(v, volumes)
	{
		const char *of =
			json_str(json_get(v, "persistentVolumeClaim"), "claimName");
		const char *called = json_str(v, "name");

		if (of && !strcmp(of, name))
			return xstrdup(called);
		n += of != NULL;
	}
	made = xasprintf("claim-%zu", n);
	claim(volumes, made, name);
	return made;
}

static void code(struct k8s *k, const struct plan *p, const struct plan_mount *m,
	cJSON *container, cJSON *volumes)
{
	AUTO_FREE char *below = k8s_below(p, m->source), *name = NULL;
	const cJSON *v;

	if (!below) {
		strv_addf(&k->c->lost,
			"%s, which the profile does without: it is on this "
			"machine",
			m->source);
		return;
	}
	if (k->code == CODE_IMAGE) {
		strv_addf(&k->c->lost,
			"the project at %s: the image has to hold it there%s", m->target,
			m->readonly ? ""
				    : ", and what is written there ends with the Pod");
		return;
	}
	if (k->code == CODE_PVC) {
		name = claim_of(volumes, k->claim);
		mount(container, name, m->target, below, m->readonly);
		return;
	}
	if (!m->readonly)
		strv_addf(&k->c->lost, "what is written to %s, once the Pod has ended",
			m->target);
	mount(container, "code", m->target, below, m->readonly);
	cJSON_ArrayForEach(v, volumes) if (!strcmp(json_str(v, "name"), "code")) return;
	empty(volumes, "code", false, 0);
}

static void tmpfs(struct k8s *k, const struct resolved *s, const struct plan_mount *m,
	size_t n, cJSON *container, cJSON *volumes)
{
	AUTO_FREE char *last = xasprintf("tmp-%zu", n), *name = own(s, last);

	if (m->mode && m->mode != 01777)
		strv_addf(&k->c->lost, "the mode of %s: everybody in the Pod may write",
			m->target);
	empty(volumes, name, true, m->size);
	mount(container, name, m->target, NULL, m->readonly);
}

static bool is_mounted(const struct plan *p, const char *target)
{
	for (size_t i = 0; i < p->n_mounts; i++)
		if (!strcmp(p->mounts[i].target, target))
			return true;
	return false;
}

/* In which its user can write, whatever the image has there. */
static void home(struct k8s *k, const struct plan *p, const struct resolved *s,
	cJSON *container, cJSON *volumes)
{
	const char *path = kvs_get(&s->env, "HOME");
	AUTO_FREE char *name = own(s, "home");

	if ((!p->home && !s->identity.wanted) || !path || is_mounted(p, path))
		return;
	if (p->home)
		strv_addf(&k->c->lost,
			"%s as the home: it begins empty, and ends with the Pod",
			p->home);
	empty(volumes, name, false, 0);
	mount(container, name, path, NULL, false);
}

void k8s_mounts(struct k8s *k, const struct plan *p, const struct resolved *s,
	cJSON *container, cJSON *volumes)
{
	AUTO_FREE char *shm = own(s, "shm");

	home(k, p, s, container, volumes);
	for (size_t i = 0; i < p->n_mounts; i++) {
		const struct plan_mount *m = &p->mounts[i];

		if (m->type == MOUNT_TMPFS) {
			tmpfs(k, s, m, i, container, volumes);
		} else if (m->type == MOUNT_VOLUME) {
			AUTO_FREE char *name = claim_of(volumes, m->source);

			mount(container, name, m->target, NULL, m->readonly);
		} else {
			code(k, p, m, container, volumes);
		}
	}
	if (!p->set.shm || is_mounted(p, "/dev/shm"))
		return;
	empty(volumes, shm, true, p->set.shm);
	mount(container, shm, "/dev/shm", NULL, false);
}

bool k8s_keeps(const struct k8s *k, const struct plan *p)
{
	for (size_t i = 0; i < p->n_mounts; i++) {
		const struct plan_mount *m = &p->mounts[i];

		if (!m->readonly &&
			(m->type == MOUNT_VOLUME ||
				(m->type == MOUNT_BIND && k->code == CODE_PVC)))
			return true;
	}
	return false;
}
