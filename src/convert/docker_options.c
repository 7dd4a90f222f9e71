/* SPDX-License-Identifier: MIT */
#include "convert/docker_option.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void gpus(struct kvs *o, const struct resolved *s)
{
	AUTO_BUF struct buf v = {0};

	if (s->set.gpus.select == GPU_NONE)
		return;
	if (s->set.gpus.runtime) {
		kvs_add(o, "--runtime", "nvidia");
		return;
	}
	if (s->gpus_cdi) {
		if (s->set.gpus.select == GPU_ALL)
			kvs_add(o, "--device", "nvidia.com/gpu=all");
		for (size_t i = 0; i < s->set.gpus.ids.n; i++)
			kvs_addf(
				o, "--device", "nvidia.com/gpu=%s", s->set.gpus.ids.v[i]);
		for (int i = 0; i < s->set.gpus.count; i++)
			kvs_addf(o, "--device", "nvidia.com/gpu=%d", i);
		return;
	}
	if (s->set.gpus.select == GPU_IDS) {
		AUTO_FREE char *ids = strv_join(&s->set.gpus.ids, ",");

		buf_addf(&v, "\"device=%s\"", ids);
	} else if (s->set.gpus.select == GPU_COUNT) {
		buf_addf(&v, "count=%d", s->set.gpus.count);
	} else {
		buf_adds(&v, "all");
	}
	kvs_add(o, "--gpus", v.p);
}

char *docker_tmpfs(const struct resolved *s, const struct resolved_mount *m)
{
	struct buf v = {0};

	buf_addf(&v, "%s:mode=%o", m->target, m->mode ? (unsigned)m->mode : 01777U);
	if (m->readonly)
		buf_adds(&v, ",ro");
	if (m->exec)
		buf_adds(&v, ",exec");
	if (m->size)
		buf_addf(&v, ",size=%lld", (long long)m->size);
	if (resolved_owner_known(s, m))
		buf_addf(&v, ",uid=%lld,gid=%lld", (long long)m->uid, (long long)m->gid);
	return buf_take(&v);
}

/* A field of --mount's comma separated list. */
static void mount_field(struct buf *v, const char *key, const char *value)
{
	if (strpbrk(value, ",\""))
		buf_addf(v, ",\"%s=%s\"", key, value);
	else
		buf_addf(v, ",%s=%s", key, value);
}

char *docker_mount(const struct resolved_mount *m)
{
	struct buf v = {0};

	buf_addf(&v, "type=%s", m->type == MOUNT_BIND ? "bind" : "volume");
	mount_field(&v, "src", m->source);
	mount_field(&v, "dst", m->target);
	if (m->readonly)
		buf_adds(&v, ",readonly");
	return buf_take(&v);
}

static void mounts(struct kvs *o, const struct resolved *s)
{
	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct resolved_mount *m = &s->mounts[i];
		bool tmpfs = m->type == MOUNT_TMPFS;
		AUTO_FREE char *value = tmpfs ? docker_tmpfs(s, m) : docker_mount(m);

		kvs_add(o, tmpfs ? "--tmpfs" : "--mount", value);
	}
}

bool docker_env_is_filed(const struct resolved *s, const struct kv *v)
{
	const char *value = kvs_get(&s->env_filed, v->key);

	return value && !strcmp(value, v->value);
}

bool docker_env_by_name(const struct resolved *s, const struct kv *v)
{
	const char *here = getenv(v->key);

	return strv_has(&s->secrets, v->key) ||
	       (resolved_hides(s, v) && here && !strcmp(here, v->value));
}

static void env(struct kvs *o, const struct resolved *s)
{
	for (size_t i = 0; i < s->env_files.n; i++)
		kvs_add(o, "--env-file", s->env_files.v[i]);
	for (size_t i = 0; i < s->env.n; i++) {
		const struct kv *v = &s->env.v[i];

		if (docker_env_is_filed(s, v))
			continue;
		if (docker_env_by_name(s, v))
			kvs_add(o, "--env", v->key);
		else
			kvs_addf(o, "--env", "%s=%s", v->key, v->value);
	}
	if (resolved_lacks_language(s))
		kvs_add(o, "--env", "LANG=" RESOLVED_LANG);
}

static void own_user(struct kvs *o, const struct resolved *s)
{
	if (s->has_user)
		kvs_addf(o, "--user", "%u:%u", s->uid, s->gid);
	else if (s->of_image.name)
		kvs_add(o, "--user", s->of_image.name);
	for (size_t i = 0; i < s->groups.n; i++)
		kvs_add(o, "--group-add", s->groups.v[i]);
}

static void own_life(struct kvs *o, const struct resolved *s)
{
	if (s->set.detach || s->service)
		kvs_add(o, "--detach", NULL);
	if (s->open_stdin)
		kvs_add(o, "--interactive", NULL);
	if (s->set.tty)
		kvs_add(o, "--tty", NULL);
	if (!s->set.keep && !resolved_restarts(s))
		kvs_add(o, "--rm", NULL);
}

static void own_log(struct kvs *o, const struct resolved *s)
{
	if (!s->set.keep && !s->set.detach && !s->set.log)
		kvs_add(o, "--log-driver", "none");
}

static void own_reach(struct kvs *o, const struct resolved *s)
{
	env(o, s);
	mounts(o, s);
	gpus(o, s);
}

static void own_network(struct kvs *o, const struct resolved *s)
{
	if (strcmp(s->set.network, "bridge") != 0)
		kvs_add(o, "--network", s->set.network);
	if (s->own_network && !strcmp(s->own_network, s->set.network))
		kvs_add(o, "--network-alias", s->service ? s->service : "main");
}

static void own_userns(struct kvs *o, const struct resolved *s)
{
	if (s->userns)
		kvs_add(o, "--userns", s->userns);
}

/* What is not one setting's own, and the setting that it stands before. */
static const struct {
	const char *key;
	void (*add)(struct kvs *o, const struct resolved *s);
} before[] = {{"init", own_life}, {"restart", own_log}, {"workdir", own_user},
	{"device", own_reach}, {"port", own_network}, {"ipc", own_userns}};

static void setting(struct kvs *o, const struct settings *s, const struct field *f)
{
	AUTO_STRV struct strv texts = {0};

	if (f->type == FIELD_OBJECT && !f->offset) {
		for (const struct field *k = f->of->fields; k->key; k++)
			setting(o, s, k);
		return;
	}
	if (!f->option)
		return;
	field_texts(s, &settings_nothing, f, &texts);
	for (size_t i = 0; i < texts.n; i++)
		kvs_add(o, f->option, f->type == FIELD_BOOL ? NULL : texts.v[i]);
}

void docker_options(struct kvs *o, const struct resolved *s)
{
	for (const struct field *f = settings_fields; f->key; f++) {
		for (size_t i = 0; i < COUNT_OF(before); i++)
			if (!strcmp(before[i].key, f->key))
				before[i].add(o, s);
		setting(o, &s->set, f);
	}
}
