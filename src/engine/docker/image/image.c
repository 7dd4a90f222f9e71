/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/mem.h"
#include "engine/docker/docker.h"

/* As words to execute. */
static void read_health(const cJSON *test, struct strv *out)
{
	AUTO_STRV struct strv words = {0};

	json_read_strv(test, &words);
	if (words.n < 2)
		return;
	if (!strcmp(words.v[0], "CMD-SHELL")) {
		strv_add(out, "/bin/sh");
		strv_add(out, "-c");
	} else if (strcmp(words.v[0], "CMD") != 0) {
		return;
	}
	for (size_t i = 1; i < words.n; i++)
		strv_add(out, words.v[i]);
}

static void read_image(const cJSON *j, struct image *out)
{
	const cJSON *config = json_get(j, "Config"), *volume;

	out->id = xstrdup(json_str(j, "Id"));
	out->user = xstrdup(json_str(config, "User"));
	out->workdir = xstrdup(json_str(config, "WorkingDir"));
	json_read_strv(json_get(config, "Env"), &out->env);
	json_read_strv(json_get(config, "Entrypoint"), &out->entrypoint);
	json_read_strv(json_get(config, "Cmd"), &out->command);
	json_read_strv(json_get(config, "OnBuild"), &out->onbuild);
	cJSON_ArrayForEach(volume, json_get(config, "Volumes"))
		strv_add(&out->volumes, volume->string);
	read_health(json_get(json_get(config, "Healthcheck"), "Test"), &out->health);
	out->stop_signal = xstrdup(json_str(config, "StopSignal"));
	json_read_kvs(json_get(config, "Labels"), &out->labels);
	json_read_strv(json_get(json_get(j, "RootFS"), "Layers"), &out->layers);
	json_read_strv(json_get(j, "RepoDigests"), &out->digests);
	out->size = json_int64(j, "Size", 0);
	if (json_str(j, "Os") && json_str(j, "Architecture"))
		out->platform = xasprintf(
			"%s/%s", json_str(j, "Os"), json_str(j, "Architecture"));
}

int docker_image(
	struct engine *g, const char *ref, struct image *out, bool *found, struct err *e)
{
	AUTO_FREE char *name = url_ref(ref);
	AUTO_REPLY struct reply r = {0};
	AUTO_JSON cJSON *j = NULL;

	*found = false;
	if (engine_send(g, "GET", NULL, &r, e, "/images/%s/json", name) < 0)
		return -1;
	if (r.status == 404)
		return 0;
	if (r.status >= 300) {
		engine_fail(e, &r);
		return err_wrap(e, "inspect image %s", ref);
	}
	j = reply_json(&r, e);
	if (!j)
		return -1;
	if (!json_str(j, "Id"))
		return err_set(
			e, 0, "unreadable reply of the container engine: no image id");
	if (out)
		read_image(j, out);
	*found = true;
	return 0;
}

int docker_image_list(
	struct engine *g, const char *pattern, struct strv *refs, struct err *e)
{
	AUTO_JSON cJSON *filter = cJSON_CreateObject(), *j = NULL;
	AUTO_BUF struct buf path = {0};
	AUTO_FREE char *filters = NULL;
	const cJSON *i, *tag;

	cJSON_AddItemToArray(
		cJSON_AddArrayToObject(filter, "reference"), cJSON_CreateString(pattern));
	filters = json_text(filter, false);
	buf_adds(&path, "/images/json");
	url_param(&path, "filters", filters);
	if (engine_call(g, "GET", path.p, NULL, &j, e) < 0)
		return err_wrap(e, "list images");
	cJSON_ArrayForEach(i, j)
		cJSON_ArrayForEach(tag, json_get(i, "RepoTags")) if (cJSON_IsString(tag))
			strv_add(refs, tag->valuestring);
	return 0;
}

int docker_image_remove(struct engine *g, const char *ref, struct err *e)
{
	AUTO_FREE char *name = url_ref(ref);
	AUTO_REPLY struct reply r = {0};

	if (engine_send(g, "DELETE", NULL, &r, e, "/images/%s", name) < 0)
		return -1;
	if (r.status >= 300 && r.status != 404) {
		engine_fail(e, &r);
		return err_wrap(e, "remove image %s", ref);
	}
	return 0;
}
