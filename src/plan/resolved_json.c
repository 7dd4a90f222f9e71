/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/mem.h"
#include "plan/fields.h"
#include "plan/resolved.h"

#define AT(member) offsetof(struct resolved, member)

static const struct field scalars[] = {
	{.key = "name", .type = FIELD_STR, .offset = AT(set.name)},
	{.key = "image", .type = FIELD_STR, .offset = AT(image)},
	{.key = "workdir", .type = FIELD_STR, .offset = AT(set.workdir)},
	{.key = "hostname", .type = FIELD_STR, .offset = AT(set.hostname)},
	{.key = "groups", .type = FIELD_STRV, .offset = AT(groups)},
	{.key = "userns", .type = FIELD_STR, .offset = AT(userns)},
	{.key = "network", .type = FIELD_STR, .offset = AT(set.network)},
	{.key = "extra_hosts", .type = FIELD_KVS, .offset = AT(set.extra_hosts)},
	{.key = "dns", .type = FIELD_STRV, .offset = AT(set.dns)},
	{.key = "ipc", .type = FIELD_STR, .offset = AT(set.ipc)},
	{.key = "pid", .type = FIELD_STR, .offset = AT(set.pid)},
	{.key = "shm", .type = FIELD_INT, .offset = AT(set.shm)},
	{.key = "memory", .type = FIELD_INT, .offset = AT(set.memory)},
	{.key = "memory_swap", .type = FIELD_INT, .offset = AT(set.memory_swap)},
	{.key = "pids", .type = FIELD_INT, .offset = AT(set.pids)},
	{.key = "cpus", .type = FIELD_NUM, .offset = AT(set.cpus)},
	{.key = "cpuset", .type = FIELD_STR, .offset = AT(set.cpuset)},
	{.key = "cap_add", .type = FIELD_STRV, .offset = AT(set.cap_add)},
	{.key = "cap_drop", .type = FIELD_STRV, .offset = AT(set.cap_drop)},
	{.key = "security_opt", .type = FIELD_STRV, .offset = AT(set.security_opt)},
	{.key = "privileged", .type = FIELD_BOOL, .offset = AT(set.privileged)},
	{.key = "readonly_rootfs", .type = FIELD_BOOL, .offset = AT(set.readonly_rootfs)},
	{.key = "init", .type = FIELD_BOOL, .offset = AT(set.init)},
	{.key = "labels", .type = FIELD_KVS, .offset = AT(set.labels)},
	{.key = "sysctls", .type = FIELD_KVS, .offset = AT(set.sysctls)},
	{.key = "tty", .type = FIELD_BOOL, .offset = AT(set.tty)},
	{.key = "open_stdin", .type = FIELD_BOOL, .offset = AT(open_stdin)},
	{.key = "keep", .type = FIELD_BOOL, .offset = AT(set.keep)},
	{.key = "log", .type = FIELD_BOOL, .offset = AT(set.log)},
	{.key = "detach", .type = FIELD_BOOL, .offset = AT(set.detach)},
	{.key = "stop_signal", .type = FIELD_STR, .offset = AT(set.stop_signal)},
	{.key = "restart", .type = FIELD_STR, .offset = AT(set.restart)},
	{.key = "detach_keys", .type = FIELD_STR, .offset = AT(set.detach_keys)},
	FIELDS_END,
};

static const char *const mount_types[] = {"bind", "volume", "tmpfs"};
static const char *const x_accesses[] = {
	"none", "open", "fresh cookie", "cookie", "xhost localuser", "xhost local"};
static const char *const selects[] = {"none", "all", "count", "ids"};

static void put_mounts(const struct resolved *s, cJSON *o)
{
	cJSON *a = cJSON_AddArrayToObject(o, "mounts");

	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct resolved_mount *m = &s->mounts[i];
		cJSON *v = cJSON_CreateObject();

		cJSON_AddStringToObject(v, "type", mount_types[m->type]);
		json_put(v, "source", m->source);
		cJSON_AddStringToObject(v, "target", m->target);
		if (m->readonly)
			cJSON_AddTrueToObject(v, "readonly");
		if (m->size)
			cJSON_AddNumberToObject(v, "size", (double)m->size);
		if (m->mode)
			cJSON_AddNumberToObject(v, "mode", m->mode);
		if (m->uid >= 0)
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
			resolved_hides(s, s->env.v[i].key) ? "****" : s->env.v[i].value);
}

static void put_user(const struct resolved *s, cJSON *o)
{
	const struct resolved_identity *i = &s->identity;
	cJSON *u = cJSON_AddObjectToObject(o, "user");

	cJSON_AddNumberToObject(u, "uid", s->uid);
	cJSON_AddNumberToObject(u, "gid", s->gid);
	if (!i->wanted)
		return;
	json_put(u, "name", i->name);
	json_put(u, "home", i->home);
}

static void put_gpus(const struct resolved *s, cJSON *o)
{
	cJSON *g = cJSON_AddObjectToObject(o, "gpus");

	cJSON_AddStringToObject(g, "select", selects[s->set.gpus.select]);
	if (s->set.gpus.count)
		cJSON_AddNumberToObject(g, "count", s->set.gpus.count);
	if (s->set.gpus.ids.n)
		cJSON_AddItemToObject(g, "ids", json_strv(&s->set.gpus.ids));
	cJSON_AddItemToObject(g, "capabilities", json_strv(&s->set.gpus.capabilities));
}

static void put_devices(const struct resolved *s, cJSON *o)
{
	cJSON *a = s->set.n_devices ? cJSON_AddArrayToObject(o, "devices") : NULL;

	for (size_t i = 0; i < s->set.n_devices; i++) {
		cJSON *v = cJSON_CreateObject();

		cJSON_AddStringToObject(v, "source", s->set.devices[i].source);
		cJSON_AddStringToObject(v, "target", s->set.devices[i].target);
		cJSON_AddStringToObject(v, "permissions", s->set.devices[i].permissions);
		cJSON_AddItemToArray(a, v);
	}
	a = s->set.n_ports ? cJSON_AddArrayToObject(o, "ports") : NULL;
	for (size_t i = 0; i < s->set.n_ports; i++) {
		cJSON *v = cJSON_CreateObject();

		cJSON_AddStringToObject(v, "host_ip", s->set.ports[i].host_ip);
		cJSON_AddNumberToObject(v, "host", s->set.ports[i].host);
		cJSON_AddNumberToObject(v, "container", s->set.ports[i].container);
		cJSON_AddStringToObject(v, "protocol", s->set.ports[i].protocol);
		cJSON_AddItemToArray(a, v);
	}
	a = s->set.n_ulimits ? cJSON_AddArrayToObject(o, "ulimits") : NULL;
	for (size_t i = 0; i < s->set.n_ulimits; i++) {
		cJSON *v = cJSON_CreateObject();

		cJSON_AddStringToObject(v, "name", s->set.ulimits[i].name);
		cJSON_AddNumberToObject(v, "soft", (double)s->set.ulimits[i].soft);
		cJSON_AddNumberToObject(v, "hard", (double)s->set.ulimits[i].hard);
		cJSON_AddItemToArray(a, v);
	}
}

cJSON *resolved_json(const struct resolved *s)
{
	static const struct resolved blank;
	cJSON *o = cJSON_CreateObject();

	fields_write(s, &blank, scalars, o);
	if (s->set.has_entrypoint)
		cJSON_AddItemToObject(o, "entrypoint", json_strv(&s->set.entrypoint));
	if (s->set.has_command)
		cJSON_AddItemToObject(o, "command", json_strv(&s->set.command));
	if (s->env.n)
		put_env(s, o);
	if (s->has_user)
		put_user(s, o);
	if (s->n_mounts)
		put_mounts(s, o);
	put_files(s, o);
	put_devices(s, o);
	if (s->set.gpus.select != GPU_NONE)
		put_gpus(s, o);
	if (s->x.access != X_NONE || s->x.xhost != XHOST_NONE)
		cJSON_AddStringToObject(o, "display", x_accesses[s->x.access]);
	return o;
}
