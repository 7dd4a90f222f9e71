/* SPDX-License-Identifier: MIT */
/* A grant as data. */
#include "right/grant.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "right/old_grants.h"

/* Of the file, to be changed when its meaning is. */
enum { GRANT_VERSION = 2 };
/* More than any list of rights has; a plan is at most 8 MiB. */
enum { ENTRIES_MAX = 100000 };
static const int64_t YEAR_9999 = 253402300799;

void grant_free(struct grant *g)
{
	free(g->path);
	free(g->project);
	free(g->engine);
	rights_free(&g->rights);
	kvs_free(&g->files);
	*g = (struct grant){0};
}

static int damaged(const char *what, struct err *e)
{
	return err_set(e, EINVAL, "'%s' is missing or damaged", what);
}

static bool is_sha256(const char *s)
{
	return s && strlen(s) == 64 && strspn(s, "0123456789abcdef") == 64;
}

static int read_files(const cJSON *files, struct grant *out, struct err *e)
{
	const cJSON *i;

	if (!cJSON_IsObject(files) || cJSON_GetArraySize(files) > ENTRIES_MAX)
		return damaged("files", e);
	cJSON_ArrayForEach(i, files)
	{
		if (!i->string || *i->string != '/' ||
			!is_sha256(cJSON_GetStringValue(i)))
			return damaged("files", e);
		kvs_add(&out->files, i->string, i->valuestring);
	}
	return 0;
}

static int read_rights(const cJSON *o, int version, struct grant *out, struct err *e)
{
	const cJSON *rights = json_get(o, version == 1 ? "can" : "rights");

	if (!cJSON_IsArray(rights) || cJSON_GetArraySize(rights) > ENTRIES_MAX)
		return damaged(version == 1 ? "can" : "rights", e);
	return version == 1 ? old_rights_parse(rights, &out->rights, &out->n_lost, e)
			    : rights_parse(rights, &out->rights, e);
}

int grant_parse(const char *text, size_t n, struct grant *out, struct err *e)
{
	AUTO_JSON cJSON *o = json_parse(text, n, e);
	const char *path = json_str(o, "path"), *project = json_str(o, "project");
	int version = json_int(o, "version", 0);

	if (!o)
		return -1;
	if (version < 1 || version > GRANT_VERSION)
		return err_set(e, EINVAL, "it is of version %d, this cnnrun knows %d",
			version, GRANT_VERSION);
	if (!path || *path != '/')
		return damaged("path", e);
	if (!project || *project != '/')
		return damaged("project", e);
	out->when = json_int64(o, "when", -1);
	if (out->when < 0 || out->when > YEAR_9999)
		return damaged("when", e);
	str_set(&out->path, path);
	str_set(&out->project, project);
	str_set(&out->engine, json_str(o, "engine"));
	if (read_rights(o, version, out, e) < 0)
		return -1;
	return read_files(json_get(o, "files"), out, e);
}

cJSON *grant_json(const struct grant *g)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddNumberToObject(o, "version", GRANT_VERSION);
	json_put(o, "path", g->path);
	json_put(o, "project", g->project);
	if (g->engine)
		json_put(o, "engine", g->engine);
	cJSON_AddNumberToObject(o, "when", (double)g->when);
	cJSON_AddItemToObject(o, "rights", rights_json(&g->rights));
	cJSON_AddItemToObject(o, "files", json_kvs(&g->files));
	return o;
}

bool grant_changed(const struct grant *g, const struct kv *file)
{
	const char *then = kvs_get(&g->files, file->key);

	return !then || strcmp(then, file->value) != 0;
}
