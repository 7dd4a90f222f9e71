/* SPDX-License-Identifier: MIT */
/* GET /info. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "engine/http/call.h"
#include "engine/docker/system_cache.h"

static char *joined(const cJSON *list)
{
	AUTO_BUF struct buf b = {0};
	const cJSON *i;

	cJSON_ArrayForEach(i, list) if (cJSON_IsString(i))
		buf_addf(&b, "%s%s", b.n ? " " : "", i->valuestring);
	return buf_take(&b);
}

/* Docker takes GPU requests when it found the nvidia hook on its PATH as it started,
 * which it does not tell; the runtimes it lists are the best sign there is. */
static bool has_nvidia(const cJSON *info)
{
	const cJSON *i;

	cJSON_ArrayForEach(
		i, json_get(info, "Runtimes")) if (i->string &&
						   strcasestr(i->string,
							   "nvidia")) return true;
	return false;
}

static bool has_cdi(const struct engine *g, const cJSON *info)
{
	const cJSON *dirs = json_get(info, "CDISpecDirs"), *i;

	/* Docker 25 and newer list the directories when the feature is on. */
	cJSON_ArrayForEach(i, dirs) if (cJSON_IsString(i) && *i->valuestring) return true;
	if (g->info.podman) {
		int major = 0, minor = 0;
		const char *v = json_str(info, "ServerVersion");

		return v && sscanf(v, "%d.%d", &major, &minor) == 2 &&
		       (major > 5 || (major == 5 && minor >= 4));
	}
	return false;
}

static void fill(struct engine *g, const cJSON *info)
{
	struct engine_system *s = &g->system;
	const char *version = json_str(info, "ServerVersion");
	const char *driver = json_str(info, "Driver"),
		   *cg = json_str(info, "CgroupVersion");

	str_set(&g->version, version ? version : "");
	str_set(&g->storage_driver, driver ? driver : "");
	str_set(&g->cgroup_version, cg ? cg : "1");
	free(g->security_options);
	g->security_options = joined(json_get(info, "SecurityOptions"));
	s->version = g->version;
	s->storage_driver = g->storage_driver;
	s->cgroup_version = g->cgroup_version;
	s->security_options = g->security_options;
	s->rootless = strstr(s->security_options, "name=rootless") != NULL;
	s->userns_remap = strstr(s->security_options, "name=userns") != NULL;
	s->nvidia_runtime = has_nvidia(info);
	s->cdi = has_cdi(g, info);
	s->n_cpu = json_int64(info, "NCPU", 0);
	s->memory = json_int64(info, "MemTotal", 0);
	g->asked_system = true;
}

int engine_system_now(struct engine *g, const struct engine_system **out, struct err *e)
{
	AUTO_JSON cJSON *info = NULL;

	if (engine_call(g, "GET", "/info", NULL, &info, e) < 0)
		return err_wrap(e, "ask the engine about itself");
	system_remember(g, info);
	fill(g, info);
	*out = &g->system;
	return 0;
}

int engine_system(struct engine *g, const struct engine_system **out, struct err *e)
{
	if (!g->asked_system) {
		AUTO_JSON cJSON *info = system_cached(g);

		if (!info)
			return engine_system_now(g, out, e);
		fill(g, info);
	}
	*out = &g->system;
	return 0;
}
