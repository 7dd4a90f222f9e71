/* SPDX-License-Identifier: MIT */
#include "plan/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan/primitives.h"

static const struct primitive *const primitives[] = {
	&primitive_build,
	&primitive_mounts,
	&primitive_user,
	&primitive_home,
	&primitive_gpus,
	&primitive_display,
	&primitive_xhost,
	&primitive_wayland,
	&primitive_audio,
	&primitive_dbus,
	&primitive_entrypoint,
	&primitive_command,
	&primitive_ports,
	&primitive_devices,
	&primitive_ulimits,
};

/* Nobody is root in a container who did not ask for it: the user is the host's. */
static const struct plan blank = {
	.user = {.mode = USER_HOST},
	.set.init = true,
	.no_new_privileges = true,
	.set.tty = -1,
	.set.stop_timeout = -1,
};

const struct plan *plan_blank(void)
{
	return &blank;
}

void plan_init(struct plan *p)
{
	*p = blank;
}

static void free_lists(struct plan *p)
{
	for (size_t i = 0; i < p->n_mounts; i++) {
		free(p->mounts[i].source);
		free(p->mounts[i].target);
	}
	free(p->mounts);
	for (size_t i = 0; i < p->set.n_ports; i++) {
		free(p->set.ports[i].host_ip);
		free(p->set.ports[i].protocol);
	}
	free(p->set.ports);
	for (size_t i = 0; i < p->set.n_ulimits; i++)
		free(p->set.ulimits[i].name);
	free(p->set.ulimits);
	for (size_t i = 0; i < p->set.n_devices; i++) {
		free(p->set.devices[i].source);
		free(p->set.devices[i].target);
		free(p->set.devices[i].permissions);
	}
	free(p->set.devices);
}

static void free_build(struct plan_build *b)
{
	free(b->tag);
	free(b->context);
	free(b->dockerfile);
	free(b->target);
	free(b->network);
	free(b->platform);
	free(b->base);
	kvs_free(&b->args);
	kvs_free(&b->labels);
	strv_free(&b->cache_from);
}

void plan_free(struct plan *p)
{
	free(p->profile);
	free(p->project);
	kvs_free(&p->at);
	free(p->home);
	free(p->home_target);
	free(p->user.name);
	strv_free(&p->user.groups);
	strv_free(&p->env_typed);
	strv_free(&p->set.gpus.ids);
	strv_free(&p->set.gpus.capabilities);
	strv_free(&p->set.command);
	strv_free(&p->set.entrypoint);
	free_build(&p->build);
	free_lists(p);
	for (const struct field *f = plan_scalars; f->key; f++) {
		void *at = (char *)p + f->offset;

		if (f->type == FIELD_STR)
			free(*(char **)at);
		else if (f->type == FIELD_STRV)
			strv_free(at);
		else if (f->type == FIELD_KVS)
			kvs_free(at);
	}
	plan_init(p);
}

const char *plan_at(const struct plan *p, const char *key)
{
	return kvs_get(&p->at, key);
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

static int read_key(struct plan *p, const cJSON *v, struct err *e)
{
	for (size_t i = 0; i < COUNT_OF(primitives); i++)
		if (!strcmp(primitives[i]->key, v->string))
			return primitives[i]->read(p, v, e);
	for (const struct field *f = plan_scalars; f->key; f++)
		if (!strcmp(f->key, v->string))
			return field_read(p, f, v, e);
	return err_set(e, EINVAL, "no such primitive");
}

/* What no single primitive can see. */
static int check_whole(const struct plan *p, struct err *e)
{
	if (!p->image && !p->build.wanted)
		return err_set(
			e, EINVAL, "the profile names no image; call c:image or c:build");
	if (p->set.restart && strcmp(p->set.restart, "no") != 0 && !p->set.keep &&
		!p->set.detach) {
		err_set(e, EINVAL, "restart needs c:keep or c:detach");
		return plan_fail(p, "restart", e);
	}
	if (p->set.network && !strcmp(p->set.network, "host") && p->set.n_ports) {
		err_set(e, EINVAL, "ports cannot be published in the host's network");
		return plan_fail(p, "ports/0", e);
	}
	if (p->set.privileged && p->set.cap_drop.n) {
		err_set(e, EINVAL, "a privileged container cannot drop capabilities");
		return plan_fail(p, "cap_drop/0", e);
	}
	return 0;
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

/* What is about the profile is only shown. */
static int check_sent(const cJSON *v, struct err *e)
{
	return strcmp(v->string, "about") ? json_check_utf8(v, e) : 0;
}

int plan_parse(struct plan *p, const cJSON *j, struct err *e)
{
	const cJSON *v;

	if (!cJSON_IsObject(j))
		return err_set(e, EINVAL, "the plan is no table");
	if (count_items(j) > ITEMS_MAX)
		return err_set(e, E2BIG, "the plan has more than %d entries", ITEMS_MAX);
	if (read_at(p, json_get(j, "at"), e) < 0)
		return -1;
	if (json_int(j, "version", 0) != 1)
		return err_set(e, EINVAL, "the plan's version is not 1");
	cJSON_ArrayForEach(v, j)
	{
		if (!strcmp(v->string, "at") || !strcmp(v->string, "version"))
			continue;
		if (check_sent(v, e) < 0 || read_key(p, v, e) < 0) {
			AUTO_FREE char *first = xasprintf("%s/0", v->string);

			err_wrap(e, "%s", v->string);
			return plan_fail(p, plan_at(p, v->string) ? v->string : first, e);
		}
	}
	return check_whole(p, e);
}

cJSON *plan_json(const struct plan *p)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddNumberToObject(o, "version", 1);
	fields_write(p, &blank, plan_scalars, o);
	for (size_t i = 0; i < COUNT_OF(primitives); i++) {
		cJSON *v = primitives[i]->write(p);

		if (v)
			cJSON_AddItemToObject(o, primitives[i]->key, v);
	}
	return o;
}
