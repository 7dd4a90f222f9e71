/* SPDX-License-Identifier: MIT */
/* What goes to the engine as it stands in the resolved plan: one row a setting. */
#include "engine/docker/settings.h"

#include <string.h>

static const struct {
	const char *key, *name; /* ours; the engine's */
} rows[] = {
	{"label", "Labels"},
	{"hostname", "Hostname"},
	{"workdir", "WorkingDir"},
	{"command", "Cmd"},
	{"stop/signal", "StopSignal"},
	{"stop/timeout", "StopTimeout"},
	{"dns", "HostConfig.Dns"},
	{"shm", "HostConfig.ShmSize"},
	{"limit/cpuset", "HostConfig.CpusetCpus"},
	{"limit/memory", "HostConfig.Memory"},
	{"limit/swap", "HostConfig.MemorySwap"},
	{"limit/pids", "HostConfig.PidsLimit"},
	{"cgroup_parent", "HostConfig.CgroupParent"},
	{"capability", "HostConfig.CapAdd"},
	{"drop", "HostConfig.CapDrop"},
	{"security", "HostConfig.SecurityOpt"},
	{"device_rule", "HostConfig.DeviceCgroupRules"},
	{"privileged", "HostConfig.Privileged"},
	{"readonly", "HostConfig.ReadonlyRootfs"},
	{"ipc", "HostConfig.IpcMode"},
	{"pid", "HostConfig.PidMode"},
	{"sysctl", "HostConfig.Sysctls"},
};

/* Whole numbers as they are, which the engine wants without an exponent. */
static cJSON *value_of(const struct settings *s, const struct field *f)
{
	cJSON *v = field_write(s, &settings_nothing, f);
	cJSON *whole = cJSON_IsNumber(v) ? json_whole((int64_t)v->valuedouble) : NULL;

	if (!whole)
		return v;
	cJSON_Delete(v);
	return whole;
}

void put_settings(cJSON *body, cJSON *host, const struct settings *s)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct field *f = field_find(settings_fields, rows[i].key);
		const char *dot = strchr(rows[i].name, '.');
		cJSON *v = value_of(s, f);

		if (v && dot)
			cJSON_AddItemToObject(host, dot + 1, v);
		else if (v)
			cJSON_AddItemToObject(body, rows[i].name, v);
	}
}
