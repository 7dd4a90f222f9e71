/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/mem.h"
#include "plan/fields.h"
#include "plan/resolved.h"

#define AT(member) .offset = offsetof(struct resolved, member)

static const struct field own_fields[] = {
	{.key = "image", .type = FIELD_STR, AT(image)},
	{.key = "groups", .type = FIELD_STRV, AT(groups)},
	{.key = "userns", .type = FIELD_STR, AT(userns)},
	{.key = "open_stdin", .type = FIELD_BOOL, AT(open_stdin)},
	FIELDS_END,
};

static const char *const mount_types[] = {"bind", "volume", "tmpfs"};
static const char *const x_accesses[] = {
	"none", "open", "fresh cookie", "cookie", "xhost localuser", "xhost local"};

static void put_mounts(const struct resolved *s, cJSON *o)
{
	cJSON *a = cJSON_AddArrayToObject(o, "mount");

	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct resolved_mount *m = &s->mounts[i];
		cJSON *v = cJSON_CreateObject();

		cJSON_AddStringToObject(v, "type", mount_types[m->type]);
		json_put(v, "source", m->source);
		cJSON_AddStringToObject(v, "target", m->target);
		json_put(v, "carries", m->carried);
		if (m->readonly)
			cJSON_AddTrueToObject(v, "readonly");
		if (m->size)
			cJSON_AddNumberToObject(v, "size", (double)m->size);
		if (m->mode)
			cJSON_AddNumberToObject(v, "mode", m->mode);
		if (m->exec)
			cJSON_AddTrueToObject(v, "exec");
		if (resolved_owner_known(s, m))
			cJSON_AddNumberToObject(v, "uid", (double)m->uid);
		cJSON_AddItemToArray(a, v);
	}
}

static void put_files(const struct resolved *s, cJSON *o)
{
	cJSON *a = s->n_files ? cJSON_AddArrayToObject(o, "files") : NULL;

	for (size_t i = 0; i < s->n_files; i++) {
		cJSON *v = cJSON_CreateObject();

		cJSON_AddStringToObject(v, "path", s->files[i].path);
		cJSON_AddBoolToObject(v, "directory", !s->files[i].data);
		cJSON_AddNumberToObject(v, "uid", s->files[i].uid);
		cJSON_AddItemToArray(a, v);
	}
}

static void put_env(const struct resolved *s, cJSON *o)
{
	cJSON *env = cJSON_AddObjectToObject(o, "env");

	for (size_t i = 0; i < s->env.n; i++)
		cJSON_AddStringToObject(env, s->env.v[i].key,
			resolved_hides(s, &s->env.v[i]) ? "****" : s->env.v[i].value);
}

static void put_user(const struct resolved *s, cJSON *o)
{
	const struct resolved_identity *i = &s->identity;
	cJSON *u = cJSON_AddObjectToObject(o, "user");

	if (s->has_user) {
		cJSON_AddNumberToObject(u, "uid", s->uid);
		cJSON_AddNumberToObject(u, "gid", s->gid);
	}
	if (s->of_image.wanted)
		cJSON_AddBoolToObject(u, "of_image", true);
	json_put(u, "name", s->of_image.name);
	json_put(u, "becomes", s->owner.name);
	if (!i->wanted)
		return;
	if (!s->of_image.name)
		json_put(u, "name", i->name);
	json_put(u, "home", i->home);
}

static void put_one(const struct resolved *s, cJSON *all)
{
	static const struct resolved blank;
	cJSON *main = cJSON_AddObjectToObject(all, s->service ? s->service : "main");

	fields_write(s, &blank, own_fields, main);
	fields_write(&s->set, &settings_nothing, settings_fields, main);
	if (s->env.n)
		put_env(s, main);
	if (resolved_lacks_language(s))
		cJSON_AddStringToObject(cJSON_AddObjectToObject(main, "env_default"),
			"LANG", RESOLVED_LANG);
	if (s->has_user || s->of_image.wanted)
		put_user(s, main);
	if (s->n_mounts)
		put_mounts(s, main);
	put_files(s, main);
	if (s->x.access != X_NONE || s->x.xhost != XHOST_NONE)
		cJSON_AddStringToObject(main, "display", x_accesses[s->x.access]);
}

cJSON *resolved_json(const struct resolved *s)
{
	cJSON *all = cJSON_CreateObject();

	put_one(s, all);
	for (size_t i = 0; i < s->n_services; i++)
		put_one(&s->services[i], all);
	return all;
}
