/* SPDX-License-Identifier: MIT */
/* GET /info. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/processor.h"
#include "engine/docker/docker.h"
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

/* Docker 25 and newer list the directories when the feature is on. */
static bool has_cdi(const cJSON *info)
{
	const cJSON *i;

	cJSON_ArrayForEach(
		i, json_get(info, "CDISpecDirs")) if (cJSON_IsString(i) &&
						      *i->valuestring) return true;
	return false;
}

/* Docker 28 and newer list what they would give. */
static enum engine_found cdi_gpus(const cJSON *info)
{
	static const char gpu[] = "nvidia.com/gpu=";
	const cJSON *all = json_get(info, "DiscoveredDevices"), *i;

	if (!all)
		return FOUND_UNTOLD;
	cJSON_ArrayForEach(i, all)
	{
		const char *source = json_str(i, "Source"), *id = json_str(i, "ID");

		if (source && id && !strcmp(source, "cdi") &&
			!strncmp(id, gpu, sizeof gpu - 1))
			return FOUND_SOME;
	}
	return FOUND_NONE;
}

/* An engine with users of its own has its files in a directory that is called by its
 * root's numbers: "/var/lib/docker/100000.100000". */
static void read_root(const cJSON *info, struct engine_facts *f)
{
	const char *dir = json_str(info, "DockerRootDir");
	const char *name = dir ? strrchr(dir, '/') : NULL;

	if (!name || sscanf(name, "/%u.%u", &f->root_uid, &f->root_gid) != 2)
		f->root_uid = f->root_gid = 0;
}

static void set_text(char **own, const char **shown, const char *text)
{
	str_set(own, text);
	*shown = *own;
}

void docker_read_info(struct engine *g, const cJSON *info)
{
	AUTO_FREE char *options = joined(json_get(info, "SecurityOptions"));
	const char *version = json_str(info, "ServerVersion"),
		   *driver = json_str(info, "Driver"),
		   *cg = json_str(info, "CgroupVersion"),
		   *processor = json_str(info, "Architecture"),
		   *usual = json_str(info, "DefaultRuntime");
	struct engine_facts *f = &g->facts;

	set_text(&g->version, &f->version, version ? version : "");
	set_text(&g->storage_driver, &f->storage_driver, driver ? driver : "");
	set_text(&g->root, &f->root, json_str(info, "DockerRootDir"));
	set_text(&g->cgroup_version, &f->cgroup_version, cg ? cg : "1");
	set_text(&g->processor, &f->processor,
		processor ? processor_name(processor, NULL) : NULL);
	set_text(&g->security_options, &f->security_options, options);
	f->users = strstr(options, "name=rootless") ? USERS_ROOT_IS_YOU
		   : strstr(options, "name=userns") ? USERS_SHIFTED
						    : USERS_SAME;
	if (f->users == USERS_SHIFTED)
		read_root(info, f);
	f->nvidia = has_nvidia(info);
	f->nvidia_always = usual && strcasestr(usual, "nvidia");
	f->cdi = has_cdi(info);
	f->cdi_gpus = cdi_gpus(info);
	f->n_cpu = json_int64(info, "NCPU", 0);
	f->memory = json_int64(info, "MemTotal", 0);
}

int docker_info(struct engine *g, bool now, cJSON **info, struct err *e)
{
	*info = now ? NULL : system_cached(g);
	if (*info)
		return 0;
	if (engine_call(g, "GET", "/info", NULL, info, e) < 0)
		return err_wrap(e, "ask the engine about itself");
	system_remember(g, *info);
	return 0;
}

int docker_facts(struct engine *g, bool now, struct err *e)
{
	AUTO_JSON cJSON *info = NULL;

	if (docker_info(g, now, &info, e) < 0)
		return -1;
	docker_read_info(g, info);
	return 0;
}
