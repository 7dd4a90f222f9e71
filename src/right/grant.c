/* SPDX-License-Identifier: MIT */
/* A grant as data. */
#include "right/grant.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "right/covers.h"

/* Of the file, to be changed when its meaning is. */
enum { GRANT_VERSION = 1 };
/* More than any list of capabilities has; a plan is at most 8 MiB. */
enum { ENTRIES_MAX = 100000 };
static const int64_t YEAR_9999 = 253402300799;

void grant_free(struct grant *g)
{
	free(g->path);
	free(g->project);
	strv_free(&g->can);
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

static int read_lists(const cJSON *o, struct grant *out, struct err *e)
{
	const cJSON *can = json_get(o, "can"), *files = json_get(o, "files"), *i;

	if (!cJSON_IsArray(can) || cJSON_GetArraySize(can) > ENTRIES_MAX)
		return damaged("can", e);
	cJSON_ArrayForEach(i, can)
	{
		if (!cJSON_IsString(i) || !*i->valuestring)
			return damaged("can", e);
		strv_add(&out->can, i->valuestring);
	}
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

int grant_parse(const char *text, size_t n, struct grant *out, struct err *e)
{
	AUTO_JSON cJSON *o = json_parse(text, n, e);
	const char *path = json_str(o, "path"), *project = json_str(o, "project");
	int version = json_int(o, "version", 0);

	if (!o)
		return -1;
	if (version != GRANT_VERSION)
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
	return read_lists(o, out, e);
}

cJSON *grant_json(const struct grant *g)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddNumberToObject(o, "version", GRANT_VERSION);
	json_put(o, "path", g->path);
	json_put(o, "project", g->project);
	cJSON_AddNumberToObject(o, "when", (double)g->when);
	cJSON_AddItemToObject(o, "can", json_strv(&g->can));
	cJSON_AddItemToObject(o, "files", json_kvs(&g->files));
	return o;
}

void grant_missing(const struct grant *g, const struct strv *wanted, struct strv *missing)
{
	for (size_t i = 0; i < wanted->n; i++)
		if (!capability_in(&g->can, wanted->v[i]) &&
			!strv_has(missing, wanted->v[i]))
			strv_add(missing, wanted->v[i]);
}

const char *grant_changed(const struct grant *g, const struct profile_source *src)
{
	for (size_t i = 0; i < src->files.n; i++) {
		const struct kv *now = &src->files.v[i];
		const char *then = kvs_get(&g->files, now->key);

		if (!then || strcmp(then, now->value) != 0)
			return now->key;
	}
	return NULL;
}
