/* SPDX-License-Identifier: MIT */
/* HostConfig: what the container gets of the host. Only typed fields of the resolved plan
 * reach it; Mounts, never Binds, so that a missing source is an error and not made by
 * root. */
#include "engine/docker/host_config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

char *port_key(const struct plan_port *p)
{
	return xasprintf("%u/%s", p->container, p->protocol ? p->protocol : "tcp");
}

static void add_strv(cJSON *j, const char *key, const struct strv *v)
{
	if (v->n)
		cJSON_AddItemToObject(j, key, json_strv(v));
}

/* cJSON's own numbers are doubles, and from 1e15 on they may get an exponent, which the
 * engine refuses in a whole number. */
static void put_number(cJSON *j, const char *key, int64_t n)
{
	char text[32];

	snprintf(text, sizeof text, "%" PRId64, n);
	cJSON_AddRawToObject(j, key, text);
}

static void add_number(cJSON *j, const char *key, int64_t n)
{
	if (n)
		put_number(j, key, n);
}

/* Mounts of type tmpfs know no owner; the options string of Tmpfs does. */
static void add_tmpfs(cJSON *tmpfs, const struct resolved_mount *m)
{
	AUTO_BUF struct buf o = {0};

	buf_addf(&o, "%s,mode=%o", m->readonly ? "ro" : "rw",
		(unsigned)(m->mode ? m->mode : 01777));
	if (m->size > 0)
		buf_addf(&o, ",size=%lld", (long long)m->size);
	if (m->uid > 0)
		buf_addf(&o, ",uid=%lld", (long long)m->uid);
	if (m->gid > 0)
		buf_addf(&o, ",gid=%lld", (long long)m->gid);
	cJSON_AddStringToObject(tmpfs, m->target, o.p);
}

static void add_mounts(cJSON *j, const struct resolved *s)
{
	cJSON *mounts = NULL, *tmpfs = NULL;

	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct resolved_mount *m = &s->mounts[i];
		cJSON *o;

		if (m->type == MOUNT_TMPFS) {
			tmpfs = tmpfs ? tmpfs : cJSON_AddObjectToObject(j, "Tmpfs");
			add_tmpfs(tmpfs, m);
			continue;
		}
		mounts = mounts ? mounts : cJSON_AddArrayToObject(j, "Mounts");
		o = cJSON_CreateObject();
		cJSON_AddStringToObject(
			o, "Type", m->type == MOUNT_BIND ? "bind" : "volume");
		json_put(o, "Source", m->source);
		json_put(o, "Target", m->target);
		if (m->readonly)
			cJSON_AddBoolToObject(o, "ReadOnly", true);
		cJSON_AddItemToArray(mounts, o);
	}
}

static cJSON *gpu_ids(const struct resolved *s)
{
	AUTO_STRV struct strv ids = {0};
	const char *prefix = s->gpus_cdi ? "nvidia.com/gpu=" : "";

	if (s->gpus.select == GPU_IDS)
		for (size_t i = 0; i < s->gpus.ids.n; i++)
			strv_addf(&ids, "%s%s", prefix, s->gpus.ids.v[i]);
	else if (s->gpus.select == GPU_COUNT)
		for (int i = 0; i < s->gpus.count; i++)
			strv_addf(&ids, "%s%d", prefix, i);
	else
		strv_addf(&ids, "%sall", prefix);
	return json_strv(&ids);
}

static void add_gpus(cJSON *j, const struct resolved *s)
{
	cJSON *r, *caps, *set;

	if (s->gpus.select == GPU_NONE)
		return;
	r = cJSON_CreateObject();
	cJSON_AddItemToArray(cJSON_AddArrayToObject(j, "DeviceRequests"), r);
	cJSON_AddStringToObject(r, "Driver", s->gpus_cdi ? "cdi" : "");
	if (s->gpus_cdi) {
		cJSON_AddItemToObject(r, "DeviceIDs", gpu_ids(s));
		return;
	}
	if (s->gpus.select == GPU_IDS)
		cJSON_AddItemToObject(r, "DeviceIDs", gpu_ids(s));
	else
		cJSON_AddNumberToObject(
			r, "Count", s->gpus.select == GPU_ALL ? -1 : s->gpus.count);
	caps = cJSON_AddArrayToObject(r, "Capabilities");
	set = cJSON_CreateArray();
	cJSON_AddItemToArray(set, cJSON_CreateString("gpu"));
	for (size_t i = 0; i < s->gpus.capabilities.n; i++)
		if (strcmp(s->gpus.capabilities.v[i], "gpu") != 0)
			cJSON_AddItemToArray(
				set, cJSON_CreateString(s->gpus.capabilities.v[i]));
	cJSON_AddItemToArray(caps, set);
}

static void add_devices(cJSON *j, const struct resolved *s)
{
	cJSON *a = s->n_devices ? cJSON_AddArrayToObject(j, "Devices") : NULL;

	for (size_t i = 0; i < s->n_devices; i++) {
		const struct plan_device *d = &s->devices[i];
		cJSON *o = cJSON_CreateObject();

		json_put(o, "PathOnHost", d->source);
		json_put(o, "PathInContainer", d->target ? d->target : d->source);
		cJSON_AddStringToObject(
			o, "CgroupPermissions", d->permissions ? d->permissions : "rwm");
		cJSON_AddItemToArray(a, o);
	}
}

static void add_network(cJSON *j, const struct resolved *s)
{
	const char *mode = s->network ? s->network : "bridge";
	cJSON *bindings = s->n_ports ? cJSON_AddObjectToObject(j, "PortBindings") : NULL;

	cJSON_AddStringToObject(j, "NetworkMode", mode);
	for (size_t i = 0; i < s->n_ports; i++) {
		const struct plan_port *p = &s->ports[i];
		AUTO_FREE char *key = port_key(p);
		cJSON *list = cJSON_GetObjectItemCaseSensitive(bindings, key);
		cJSON *o = cJSON_CreateObject();
		char port[8] = "";

		if (p->host)
			snprintf(port, sizeof port, "%u", p->host);
		cJSON_AddStringToObject(
			o, "HostIp", p->host_ip ? p->host_ip : "127.0.0.1");
		cJSON_AddStringToObject(o, "HostPort", port);
		cJSON_AddItemToArray(
			list ? list : cJSON_AddArrayToObject(bindings, key), o);
	}
	if (s->extra_hosts.n) {
		cJSON *hosts = cJSON_AddArrayToObject(j, "ExtraHosts");

		for (size_t i = 0; i < s->extra_hosts.n; i++) {
			AUTO_FREE char *line = xasprintf("%s:%s", s->extra_hosts.v[i].key,
				s->extra_hosts.v[i].value);

			cJSON_AddItemToArray(hosts, cJSON_CreateString(line));
		}
	}
	add_strv(j, "Dns", &s->dns);
}

static void add_limits(cJSON *j, const struct resolved *s)
{
	cJSON *a = s->n_ulimits ? cJSON_AddArrayToObject(j, "Ulimits") : NULL;

	for (size_t i = 0; i < s->n_ulimits; i++) {
		cJSON *o = cJSON_CreateObject();

		json_put(o, "Name", s->ulimits[i].name);
		put_number(o, "Soft", s->ulimits[i].soft);
		put_number(o, "Hard", s->ulimits[i].hard);
		cJSON_AddItemToArray(a, o);
	}
	add_number(j, "ShmSize", s->shm);
	add_number(j, "Memory", s->memory);
	add_number(j, "MemorySwap", s->memory_swap);
	add_number(j, "PidsLimit", s->pids);
	add_number(j, "NanoCpus", (int64_t)(s->cpus * 1e9 + 0.5));
	json_put(j, "CpusetCpus", s->cpuset);
}

static void add_rights(cJSON *j, const struct resolved *s)
{
	struct strv keep = {0};

	add_strv(j, "CapAdd", &s->cap_add);
	add_strv(j, "CapDrop", &s->cap_drop);
	add_strv(j, "SecurityOpt", &s->security_opt);
	if (s->keep_groups) {
		strv_add(&keep, "keep-groups");
		add_strv(j, "GroupAdd", &keep);
		strv_free(&keep);
	} else {
		add_strv(j, "GroupAdd", &s->groups);
	}
	if (s->privileged)
		cJSON_AddBoolToObject(j, "Privileged", true);
	if (s->readonly_rootfs)
		cJSON_AddBoolToObject(j, "ReadonlyRootfs", true);
	json_put(j, "IpcMode", s->ipc);
	json_put(j, "PidMode", s->pid);
	json_put(j, "UsernsMode", s->userns);
	if (s->sysctls.n)
		cJSON_AddItemToObject(j, "Sysctls", json_kvs(&s->sysctls));
}

/* no | always | unless-stopped | on-failure[:N] */
static void add_restart(cJSON *j, const struct resolved *s)
{
	const char *colon = s->restart ? strchr(s->restart, ':') : NULL;
	cJSON *o;

	if (!s->restart)
		return;
	o = cJSON_AddObjectToObject(j, "RestartPolicy");
	if (colon) {
		AUTO_FREE char *name = xstrndup(s->restart, (size_t)(colon - s->restart));

		cJSON_AddStringToObject(o, "Name", name);
		cJSON_AddNumberToObject(o, "MaximumRetryCount", atoi(colon + 1));
	} else {
		cJSON_AddStringToObject(o, "Name", s->restart);
	}
}

cJSON *host_config(const struct engine_info *i, const struct resolved *s)
{
	cJSON *j = cJSON_CreateObject();

	add_mounts(j, s);
	add_gpus(j, s);
	add_devices(j, s);
	add_network(j, s);
	add_limits(j, s);
	add_rights(j, s);
	add_restart(j, s);
	cJSON_AddBoolToObject(j, "Init", s->init);
	/* Only the janitor stays to remove it. */
	if (s->detach && !s->keep && !resolved_restarts(s))
		cJSON_AddBoolToObject(j, "AutoRemove", true);
	/* Whoever reads the output reads it live; the json log costs four fifths of its
	 * speed. */
	if (!s->detach && !s->keep && !s->log)
		cJSON_AddStringToObject(
			cJSON_AddObjectToObject(j, "LogConfig"), "Type", "none");
	if (s->tty && s->rows > 0 && s->cols > 0 && i->api_minor >= 42) {
		const int size[2] = {s->rows, s->cols};

		cJSON_AddItemToObject(j, "ConsoleSize", cJSON_CreateIntArray(size, 2));
	}
	return j;
}
