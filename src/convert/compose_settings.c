/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "convert/compose.h"
#include "convert/docker_option.h"
#include "convert/place.h"

static void add_place(const struct conversion *c, struct buf *b, const char *name)
{
	if (!strcmp(name, "project"))
		buf_adds(b, c->up);
	else if (!strcmp(name, "uid"))
		buf_addf(b, "${UID:-%u}", c->s->uid);
	else if (!strcmp(name, "gid"))
		buf_addf(b, "${GID:-%u}", c->s->gid);
	else
		buf_addf(b, "${%s}", name);
}

cJSON *compose_string(const struct conversion *c, const char *text)
{
	AUTO_BUF struct buf b = {0};

	for (struct piece x = {.next = text}; piece_next(&x);) {
		AUTO_FREE char *part = xstrndup(x.text, x.n);

		if (x.place)
			add_place(c, &b, part);
		for (const char *s = x.place ? "" : part; *s; s++)
			buf_adds(&b, *s == '$' ? "$$" : (char[]){*s, 0});
	}
	return cJSON_CreateString(buf_str(&b));
}

void compose_text(const struct conversion *c, cJSON *o, const char *key, const char *text)
{
	if (text)
		cJSON_AddItemToObject(o, key, compose_string(c, text));
}

void compose_kvs(
	const struct conversion *c, cJSON *o, const char *key, const struct kvs *k)
{
	cJSON *to = k->n ? cJSON_AddObjectToObject(o, key) : NULL;

	for (size_t i = 0; i < k->n; i++)
		cJSON_AddItemToObject(to, k->v[i].key,
			k->v[i].value ? compose_string(c, k->v[i].value)
				      : cJSON_CreateNull());
}

/* Ours, and compose's. */
static const struct {
	const char *key, *name;
} before[] = {{"init", "init"}, {"restart", "restart"}, {"stop/signal", "stop_signal"},
	{"label", "labels"}, {"hostname", "hostname"}, {"workdir", "working_dir"}},
  behind[] = {{"dns", "dns"}, {"privileged", "privileged"}, {"drop", "cap_drop"},
	  {"capability", "cap_add"}, {"security", "security_opt"},
	  {"readonly", "read_only"}, {"ipc", "ipc"}, {"pid", "pid"},
	  {"sysctl", "sysctls"}, {"shm", "shm_size"}, {"limit/cpus", "cpus"},
	  {"limit/cpuset", "cpuset"}, {"limit/memory", "mem_limit"},
	  {"limit/swap", "memswap_limit"}, {"limit/pids", "pids_limit"},
	  {"cgroup_parent", "cgroup_parent"}, {"device_rule", "device_cgroup_rules"}};

static cJSON *value_of(const struct conversion *c, const cJSON *v)
{
	cJSON *to, *whole;
	const cJSON *i;

	if (cJSON_IsString(v))
		return compose_string(c, v->valuestring);
	if (cJSON_IsNumber(v) && (double)(int64_t)v->valuedouble == v->valuedouble &&
		(whole = json_whole((int64_t)v->valuedouble)))
		return whole;
	if (!cJSON_IsArray(v) && !cJSON_IsObject(v))
		return cJSON_Duplicate(v, true);
	to = cJSON_IsArray(v) ? cJSON_CreateArray() : cJSON_CreateObject();
	cJSON_ArrayForEach(i, v)
	{
		if (cJSON_IsArray(v))
			cJSON_AddItemToArray(to, value_of(c, i));
		else
			cJSON_AddItemToObject(to, i->string, value_of(c, i));
	}
	return to;
}

static void setting(const struct conversion *c, const struct settings *s, const char *key,
	const char *name, cJSON *o)
{
	const struct field *f = field_find(settings_fields, key);
	AUTO_JSON cJSON *v = field_write(s, &settings_nothing, f);

	if (v)
		cJSON_AddItemToObject(o, name, value_of(c, v));
}

/* Items as docker run has them. */
static void items(const struct conversion *c, const struct settings *s, const char *key,
	const char *name, cJSON *o)
{
	AUTO_STRV struct strv texts = {0};
	cJSON *list;

	field_texts(s, &settings_nothing, field_find(settings_fields, key), &texts);
	list = texts.n ? cJSON_AddArrayToObject(o, name) : NULL;
	for (size_t i = 0; i < texts.n; i++)
		cJSON_AddItemToArray(list, compose_string(c, texts.v[i]));
}

static void program(const struct conversion *c, const struct settings *s, cJSON *o)
{
	const struct {
		const char *key;
		bool has;
		const struct strv *words;
	} both[] = {{"entrypoint", s->has_entrypoint, &s->entrypoint},
		{"command", s->has_command, &s->command}};

	for (size_t i = 0; i < COUNT_OF(both) && !s->box; i++) {
		cJSON *list = both[i].has ? cJSON_AddArrayToObject(o, both[i].key) : NULL;

		for (size_t k = 0; k < both[i].words->n; k++)
			cJSON_AddItemToArray(
				list, compose_string(c, both[i].words->v[k]));
		if (both[i].has && !both[i].words->n && !i)
			cJSON_AddItemToArray(list, cJSON_CreateString(""));
	}
}

static void user(const struct conversion *c, const struct plan *p,
	const struct resolved *s, cJSON *o)
{
	AUTO_FREE char *numbers = xasprintf("%u:%u", s->uid, s->gid);

	if (s->has_user && p->user.mode == USER_HOST)
		compose_text(c, o, "user", PLACE_UID ":" PLACE_GID);
	else
		compose_text(c, o, "user", s->has_user ? numbers : s->of_image.name);
	if (s->groups.n)
		cJSON_AddItemToObject(o, "group_add", json_strv(&s->groups));
	compose_text(c, o, "userns_mode", s->userns);
}

/* Read by compose itself: its values are in no other file. */
static bool from_file(const struct plan *p, const struct resolved *s, const struct kv *v)
{
	if (docker_env_is_filed(s, v))
		return true;
	return p->n_env_files && docker_env_by_name(s, v) &&
	       !strv_has(&p->env_pass, v->key) && !kvs_get(&p->env, v->key);
}

static void env(const struct conversion *c, const struct plan *p,
	const struct resolved *s, cJSON *o)
{
	AUTO_KVS struct kvs all = {0};
	cJSON *files = p->n_env_files ? cJSON_AddArrayToObject(o, "env_file") : NULL;

	for (size_t i = 0; i < p->n_env_files; i++) {
		const char *path = p->env_files[i].path;
		AUTO_FREE char *below = xasprintf(
			"%s%s", strchr("/~", *path) ? "" : PLACE_PROJECT "/", path);

		cJSON_AddItemToArray(files, compose_string(c, below));
	}
	for (size_t i = 0; i < s->env.n; i++) {
		const struct kv *v = &s->env.v[i];

		if (!from_file(p, s, v))
			kvs_add(&all, v->key, docker_env_by_name(s, v) ? NULL : v->value);
	}
	if (resolved_lacks_language(s))
		kvs_add(&all, "LANG", RESOLVED_LANG);
	compose_kvs(c, o, "environment", &all);
}

bool compose_network_is_named(const struct resolved *s)
{
	static const char *const modes[] = {"bridge", "host", "none"};

	for (size_t i = 0; i < COUNT_OF(modes); i++)
		if (!strcmp(s->set.network, modes[i]))
			return false;
	return !s->own_network || strcmp(s->own_network, s->set.network) != 0;
}

static void network(const struct conversion *c, const struct resolved *s, cJSON *o)
{
	if (compose_network_is_named(s))
		cJSON_AddItemToArray(cJSON_AddArrayToObject(o, "networks"),
			compose_string(c, s->set.network));
	else if (!s->own_network || strcmp(s->own_network, s->set.network) != 0)
		cJSON_AddStringToObject(o, "network_mode", s->set.network);
}

static void gpus(const struct plan_gpus *g, cJSON *o)
{
	cJSON *one;

	if (g->select == GPU_NONE)
		return;
	if (g->runtime) {
		cJSON_AddStringToObject(o, "runtime", "nvidia");
		return;
	}
	one = cJSON_AddObjectToObject(o, "deploy");
	one = cJSON_AddObjectToObject(one, "resources");
	one = cJSON_AddArrayToObject(
		cJSON_AddObjectToObject(one, "reservations"), "devices");
	cJSON_AddItemToArray(one, cJSON_CreateObject());
	one = one->child;
	cJSON_AddItemToObject(one, "capabilities", cJSON_Parse("[\"gpu\"]"));
	if (g->select == GPU_IDS)
		cJSON_AddItemToObject(one, "device_ids", json_strv(&g->ids));
	else if (g->select == GPU_ALL)
		cJSON_AddStringToObject(one, "count", "all");
	else
		cJSON_AddNumberToObject(one, "count", g->count);
}

static void limits(const struct settings *s, cJSON *o)
{
	cJSON *all = s->n_ulimits ? cJSON_AddObjectToObject(o, "ulimits") : NULL;

	for (size_t i = 0; i < s->n_ulimits; i++) {
		cJSON *one = cJSON_AddObjectToObject(all, s->ulimits[i].name);

		cJSON_AddItemToObject(one, "soft", json_whole(s->ulimits[i].soft));
		cJSON_AddItemToObject(one, "hard", json_whole(s->ulimits[i].hard));
	}
}

static void life(const struct conversion *c, const struct plan *p,
	const struct resolved *s, cJSON *o)
{
	AUTO_FREE char *grace = xasprintf("%ds", s->set.stop_timeout);

	if (p->set.name)
		compose_text(c, o, "container_name", s->set.name);
	if (s->set.stop_timeout >= 0)
		cJSON_AddStringToObject(o, "stop_grace_period", grace);
	if (s->open_stdin)
		cJSON_AddBoolToObject(o, "stdin_open", true);
	if (s->open_stdin ? p->set.tty != 0 : s->set.tty > 0)
		cJSON_AddBoolToObject(o, "tty", true);
}

void compose_settings(
	struct conversion *c, const struct plan *p, const struct resolved *s, cJSON *o)
{
	program(c, &s->set, o);
	for (size_t i = 0; i < COUNT_OF(before); i++)
		setting(c, &s->set, before[i].key, before[i].name, o);
	life(c, p, s, o);
	user(c, p, s, o);
	env(c, p, s, o);
	compose_mounts(c, p, s, o);
	gpus(&s->set.gpus, o);
	items(c, &s->set, "device", "devices", o);
	network(c, s, o);
	items(c, &s->set, "port", "ports", o);
	items(c, &s->set, "host", "extra_hosts", o);
	for (size_t i = 0; i < COUNT_OF(behind); i++)
		setting(c, &s->set, behind[i].key, behind[i].name, o);
	limits(&s->set, o);
}
