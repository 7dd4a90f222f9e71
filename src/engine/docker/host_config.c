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

char *port_key(const struct plan_port *p, unsigned i)
{
	return xasprintf("%u/%s", p->container + i, p->protocol ? p->protocol : "tcp");
}

void tmpfs_options(struct buf *b, const struct resolved_mount *m)
{
	buf_addf(b, "%s,mode=%o", m->readonly ? "ro" : "rw",
		(unsigned)(m->mode ? m->mode : 01777));
	if (m->exec) /* the engine's own default is noexec */
		buf_adds(b, ",exec");
	if (m->size > 0)
		buf_addf(b, ",size=%lld", (long long)m->size);
}

/* Mounts of type tmpfs know no owner; the options string of Tmpfs does. */
static void add_tmpfs(cJSON *tmpfs, const struct resolved_mount *m)
{
	AUTO_BUF struct buf o = {0};

	tmpfs_options(&o, m);
	if (m->uid > 0)
		buf_addf(&o, ",uid=%lld", (long long)m->uid);
	if (m->gid > 0)
		buf_addf(&o, ",gid=%lld", (long long)m->gid);
	cJSON_AddStringToObject(tmpfs, m->target, o.p);
}

static void add_volume_options(cJSON *mount, const struct resolved_mount *m)
{
	cJSON *o;

	if (!m->labels.n && !m->no_copy)
		return;
	o = cJSON_AddObjectToObject(mount, "VolumeOptions");
	if (m->labels.n)
		cJSON_AddItemToObject(o, "Labels", json_kvs(&m->labels));
	if (m->no_copy)
		cJSON_AddBoolToObject(o, "NoCopy", true);
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
		if (m->type == MOUNT_VOLUME)
			add_volume_options(o, m);
		cJSON_AddItemToArray(mounts, o);
	}
}

static cJSON *gpu_ids(const struct resolved *s)
{
	AUTO_STRV struct strv ids = {0};
	const char *prefix = s->gpus_cdi ? "nvidia.com/gpu=" : "";

	if (s->set.gpus.select == GPU_IDS)
		for (size_t i = 0; i < s->set.gpus.ids.n; i++)
			strv_addf(&ids, "%s%s", prefix, s->set.gpus.ids.v[i]);
	else if (s->set.gpus.select == GPU_COUNT)
		for (int i = 0; i < s->set.gpus.count; i++)
			strv_addf(&ids, "%s%d", prefix, i);
	else
		strv_addf(&ids, "%sall", prefix);
	return json_strv(&ids);
}

static cJSON *add_request(cJSON *j, const char *driver)
{
	cJSON *list = cJSON_GetObjectItemCaseSensitive(j, "DeviceRequests");
	cJSON *r = cJSON_CreateObject();

	cJSON_AddStringToObject(r, "Driver", driver);
	cJSON_AddItemToArray(
		list ? list : cJSON_AddArrayToObject(j, "DeviceRequests"), r);
	return r;
}

static void add_cdi(cJSON *j, cJSON *names)
{
	cJSON_AddItemToObject(add_request(j, "cdi"), "DeviceIDs", names);
}

static void add_gpus(cJSON *j, const struct resolved *s)
{
	static const char *const gpu[] = {"gpu"};
	cJSON *r;

	if (s->set.gpus.select == GPU_NONE)
		return;
	if (s->set.gpus.runtime) { /* a variable tells it which */
		cJSON_AddStringToObject(j, "Runtime", "nvidia");
		return;
	}
	if (s->gpus_cdi) {
		add_cdi(j, gpu_ids(s));
		return;
	}
	r = add_request(j, "");
	if (s->set.gpus.select == GPU_IDS)
		cJSON_AddItemToObject(r, "DeviceIDs", gpu_ids(s));
	else
		cJSON_AddNumberToObject(r, "Count",
			s->set.gpus.select == GPU_ALL ? -1 : s->set.gpus.count);
	/* the engine knows some of the driver's capabilities by name: a variable says
	 * them */
	cJSON_AddItemToArray(cJSON_AddArrayToObject(r, "Capabilities"),
		cJSON_CreateStringArray(gpu, 1));
}

static void add_devices(cJSON *j, const struct resolved *s)
{
	AUTO_STRV struct strv cdi = {0};
	cJSON *a = NULL;

	for (size_t i = 0; i < s->set.n_devices; i++) {
		const struct plan_device *d = &s->set.devices[i];
		cJSON *o;

		if (device_is_cdi(d)) {
			strv_add(&cdi, d->source);
			continue;
		}
		a = a ? a : cJSON_AddArrayToObject(j, "Devices");
		o = cJSON_CreateObject();
		json_put(o, "PathOnHost", d->source);
		json_put(o, "PathInContainer", d->target ? d->target : d->source);
		cJSON_AddStringToObject(
			o, "CgroupPermissions", d->permissions ? d->permissions : "rwm");
		cJSON_AddItemToArray(a, o);
	}
	if (cdi.n)
		add_cdi(j, json_strv(&cdi));
}

/* Of one that is led to from another machine, whoever is here needs no number of it; one
 * that restarts keeps it. */
static void add_port(
	cJSON *bindings, const struct resolved *s, const struct plan_port *p, unsigned i)
{
	bool leads = resolved_leads(s, p), free = leads && !resolved_restarts(s);
	AUTO_FREE char *key = port_key(p, i);
	cJSON *list = cJSON_GetObjectItemCaseSensitive(bindings, key);
	cJSON *o = cJSON_CreateObject();
	char port[24] = "";

	if (free)
		*port = 0;
	else if (p->host && p->host_end && !p->container_end)
		snprintf(port, sizeof port, "%u-%u", p->host, p->host_end);
	else if (p->host)
		snprintf(port, sizeof port, "%u", p->host + i);
	cJSON_AddStringToObject(
		o, "HostIp", p->host_ip && !leads ? p->host_ip : "127.0.0.1");
	cJSON_AddStringToObject(o, "HostPort", port);
	cJSON_AddItemToArray(list ? list : cJSON_AddArrayToObject(bindings, key), o);
}

static void add_network(cJSON *j, const struct resolved *s)
{
	const char *mode = s->set.network ? s->set.network : "bridge";
	cJSON *bindings =
		s->set.n_ports ? cJSON_AddObjectToObject(j, "PortBindings") : NULL;

	cJSON_AddStringToObject(j, "NetworkMode", mode);
	for (size_t i = 0; i < s->set.n_ports; i++) {
		for (unsigned k = 0; k < port_count(&s->set.ports[i]); k++)
			add_port(bindings, s, &s->set.ports[i], k);
	}
	if (s->set.extra_hosts.n) {
		cJSON *hosts = cJSON_AddArrayToObject(j, "ExtraHosts");

		for (size_t i = 0; i < s->set.extra_hosts.n; i++) {
			AUTO_FREE char *line =
				xasprintf("%s:%s", s->set.extra_hosts.v[i].key,
					s->set.extra_hosts.v[i].value);

			cJSON_AddItemToArray(hosts, cJSON_CreateString(line));
		}
	}
}

static void add_limits(cJSON *j, const struct resolved *s)
{
	cJSON *a = s->set.n_ulimits ? cJSON_AddArrayToObject(j, "Ulimits") : NULL;

	for (size_t i = 0; i < s->set.n_ulimits; i++) {
		cJSON *o = cJSON_CreateObject();

		json_put(o, "Name", s->set.ulimits[i].name);
		cJSON_AddItemToObject(o, "Soft", json_whole(s->set.ulimits[i].soft));
		cJSON_AddItemToObject(o, "Hard", json_whole(s->set.ulimits[i].hard));
		cJSON_AddItemToArray(a, o);
	}
	if (s->set.cpus > 0)
		cJSON_AddItemToObject(
			j, "NanoCpus", json_whole((int64_t)(s->set.cpus * 1e9 + 0.5)));
}

/* no | always | unless-stopped | on-failure[:N] */
static void add_restart(cJSON *j, const struct resolved *s)
{
	const char *colon = s->set.restart ? strchr(s->set.restart, ':') : NULL;
	cJSON *o;

	if (!s->set.restart)
		return;
	o = cJSON_AddObjectToObject(j, "RestartPolicy");
	if (colon) {
		AUTO_FREE char *name =
			xstrndup(s->set.restart, (size_t)(colon - s->set.restart));

		cJSON_AddStringToObject(o, "Name", name);
		cJSON_AddNumberToObject(o, "MaximumRetryCount", atoi(colon + 1));
	} else {
		cJSON_AddStringToObject(o, "Name", s->set.restart);
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
	if (s->groups.n)
		cJSON_AddItemToObject(j, "GroupAdd", json_strv(&s->groups));
	json_put(j, "UsernsMode", s->userns);
	add_restart(j, s);
	cJSON_AddBoolToObject(j, "Init", s->set.init);
	/* Only the janitor stays to remove it. */
	if (s->set.detach && !s->set.keep && !resolved_restarts(s))
		cJSON_AddBoolToObject(j, "AutoRemove", true);
	/* Whoever reads the output reads it live; the json log costs four fifths of its
	 * speed. */
	if (!s->set.detach && !s->set.keep && !s->set.log)
		cJSON_AddStringToObject(
			cJSON_AddObjectToObject(j, "LogConfig"), "Type", "none");
	if (s->set.tty && s->rows > 0 && s->cols > 0 && i->api_minor >= 42) {
		const int size[2] = {s->rows, s->cols};

		cJSON_AddItemToObject(j, "ConsoleSize", cJSON_CreateIntArray(size, 2));
	}
	return j;
}
