/* SPDX-License-Identifier: MIT */
#include "plan/plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/printable.h"
#include "base/utf8.h"
#include "plan/checks.h"
#include "plan/primitive/shapes.h"
#include "plan/services.h"

enum { VERSION = 2 };

/* Nobody is root in a container who did not ask for it: the user is the host's. */
static const struct plan blank = {
	.user = {.mode = USER_HOST, .uid = ID_NONE, .gid = ID_NONE},
	.set = {.init = true, .tty = -1, .stop_timeout = -1},
};

#define AT(member)   .offset = offsetof(struct plan, member)
#define ALSO(member) .also = offsetof(struct plan, member)

static const char *const pulls[] = {"missing", "always", "never", NULL};
static const struct field image_fields[] = {
	{.key = "reference", .type = FIELD_STR, AT(image), .check = check_reference},
	{.key = "pull", .type = FIELD_ENUM, AT(pull), .names = pulls},
	FIELDS_END,
};
static const struct shape shape_image = {.fields = image_fields};

static const struct field env_fields[] = {
	{.key = "set", .type = FIELD_KVS, AT(env), .check = check_env_name},
	{.key = "pass", .type = FIELD_STRV, AT(env_pass), .check = check_env_name},
	{.key = "secret", .type = FIELD_STRV, AT(env_secret), .check = check_env_name},
	FIELDS_END,
};
static const struct shape shape_env = {.fields = env_fields};

static const char *const xhosts[] = {"none", "user", "local", NULL};

/* What resolve turns into something else; the rest is in settings_fields. */
const struct field plan_fields[] = {
	{.key = "image", .type = FIELD_OBJECT, .of = &shape_image},
	{.key = "build", .type = FIELD_OBJECT, AT(build), .of = &shape_build},
	{.key = "mount",
		.type = FIELD_LIST,
		AT(mounts),
		ALSO(n_mounts),
		.of = &shape_mount},
	{.key = "user", .type = FIELD_OBJECT, AT(user), .of = &shape_user},
	{.key = "home", .type = FIELD_OBJECT, .of = &shape_home},
	{.key = "display", .type = FIELD_OBJECT, AT(display), .of = &shape_display},
	{.key = "xhost", .type = FIELD_ENUM, AT(xhost), .names = xhosts},
	{.key = "wayland", .type = FIELD_OBJECT, AT(wayland), .of = &shape_socket},
	{.key = "audio", .type = FIELD_OBJECT, AT(audio), .of = &shape_socket},
	{.key = "dbus", .type = FIELD_OBJECT, AT(dbus), .of = &shape_socket},
	{.key = "ssh_agent", .type = FIELD_OBJECT, AT(ssh_agent), .of = &shape_socket},
	{.key = "env", .type = FIELD_OBJECT, .of = &shape_env},
	{.key = "env_file",
		.type = FIELD_LIST,
		AT(env_files),
		ALSO(n_env_files),
		.of = &shape_env_file},
	FIELDS_END,
};

void plan_init(struct plan *p)
{
	*p = blank;
}

void plan_free(struct plan *p)
{
	for (size_t i = 0; i < p->n_services; i++)
		plan_free(&p->services[i]);
	free(p->services);
	free(p->service);
	free(p->profile);
	free(p->project);
	free(p->about);
	kvs_free(&p->at);
	strv_free(&p->env_typed);
	strv_free(&p->taken);
	fields_free(p, plan_fields);
	fields_free(p, service_fields);
	fields_free(&p->set, settings_fields);
	plan_init(p);
}

const char *plan_at(const struct plan *p, const char *key)
{
	AUTO_FREE char *path = xstrdup(key);
	const char *at;
	char *slash;

	while (!(at = kvs_get(&p->at, path)) && (slash = strrchr(path, '/')))
		*slash = 0;
	return at;
}

int plan_fail(const struct plan *p, const char *key, struct err *e)
{
	const char *at = plan_at(p, key);

	return at ? err_wrap(e, "%s", at) : -1;
}

static int read_at(struct plan *p, const cJSON *at, struct err *e)
{
	const cJSON *i;

	if (at && !cJSON_IsObject(at))
		return err_set(e, EINVAL, "at must be a table");
	cJSON_ArrayForEach(i, at)
	{
		if (!cJSON_IsString(i))
			return err_set(e, EINVAL, "at must hold strings");
		kvs_set(&p->at, i->string, i->valuestring);
	}
	return 0;
}

static int read_key(struct plan *p, const cJSON *v, struct where *w, struct err *e)
{
	for (const struct field *f = settings_fields; f->key; f++)
		if (!strcmp(f->key, v->string))
			return field_read(&p->set, f, v, w, e);
	for (const struct field *f = plan_fields; f->key; f++)
		if (!strcmp(f->key, v->string))
			return field_read(p, f, v, w, e);
	for (const struct field *f = service_fields; f->key; f++)
		if (!strcmp(f->key, v->string))
			return p->service ? field_read(p, f, v, w, e)
					  : err_set(e, EINVAL,
						    "it is for services; see c:service");
	return err_set(e, EINVAL, "no such primitive");
}

static int check_utf8(const cJSON *v, struct where *w, struct err *e)
{
	AUTO_FREE char *broken = json_not_utf8(v);

	if (!broken)
		return 0;
	snprintf(w->path, sizeof w->path, "%s", broken);
	return json_check_utf8(v, e);
}

int container_read(struct plan *p, const cJSON *o, struct err *e)
{
	const cJSON *v;

	if (!cJSON_IsObject(o))
		return err_set(e, EINVAL, "the plan's container is no table");
	if (read_at(p, json_get(o, "at"), e) < 0)
		return -1;
	cJSON_ArrayForEach(v, o)
	{
		struct where w = {""};

		if (!strcmp(v->string, "at"))
			continue;
		if (check_utf8(v, &w, e) < 0 || read_key(p, v, &w, e) < 0) {
			AUTO_FREE char *key = xasprintf("%s/%s", v->string, w.path);

			err_wrap(e, "%s", v->string);
			return plan_fail(p, key, e);
		}
	}
	return plan_check(p, e);
}

/* More than any container has use for, and few enough that reading them takes no time. */
enum { ITEMS_MAX = 10000 };

static size_t count_items(const cJSON *j)
{
	const cJSON *i;
	size_t n = 1;

	cJSON_ArrayForEach(i, j) n += count_items(i);
	return n;
}

int plan_parse(struct plan *p, const cJSON *j, struct err *e)
{
	static const struct field about = {.key = "about", .type = FIELD_STR, AT(about)};
	const cJSON *v;

	if (!cJSON_IsObject(j))
		return err_set(e, EINVAL, "the plan is no table");
	if (count_items(j) > ITEMS_MAX)
		return err_set(e, E2BIG, "the plan has more than %d entries", ITEMS_MAX);
	if (json_int(j, "version", 0) != VERSION)
		return err_set(e, EINVAL, "the plan's version is not %d", VERSION);
	cJSON_ArrayForEach(v, j)
	{
		if (!strcmp(v->string, "version") || !strcmp(v->string, "containers"))
			continue;
		if (strcmp(v->string, "about") != 0)
			return err_set(
				e, EINVAL, "%s: a plan has no such part", v->string);
		if (field_read(p, &about, v, NULL, e) < 0)
			return err_wrap(e, "about");
		if (p->about && !utf8_valid(p->about))
			str_printable(&p->about); /* words for people */
	}
	return services_read(p, json_get(j, "containers"), e);
}

static void put_container(const struct plan *p, cJSON *all)
{
	cJSON *o = cJSON_AddObjectToObject(all, p->service ? p->service : "main");

	fields_write(p, &blank, plan_fields, o);
	fields_write(p, &blank, service_fields, o);
	fields_write(&p->set, &blank.set, settings_fields, o);
}

cJSON *plan_json(const struct plan *p)
{
	cJSON *o = cJSON_CreateObject(), *all;

	cJSON_AddNumberToObject(o, "version", VERSION);
	json_put(o, "about", p->about);
	all = cJSON_AddObjectToObject(o, "containers");
	put_container(p, all);
	for (size_t i = 0; i < p->n_services; i++)
		put_container(&p->services[i], all);
	return o;
}
