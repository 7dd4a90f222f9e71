/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/mem.h"
#include "engine/docker/docker.h"

char *label_filter(const char *label)
{
	AUTO_JSON cJSON *j = label ? cJSON_CreateObject() : NULL;

	if (!label)
		return NULL;
	cJSON_AddItemToArray(
		cJSON_AddArrayToObject(j, "label"), cJSON_CreateString(label));
	return json_text(j, false);
}

int docker_network_create(
	struct engine *g, const char *name, const struct kvs *labels, struct err *e)
{
	AUTO_JSON cJSON *o = cJSON_CreateObject();

	json_put(o, "Name", name);
	cJSON_AddBoolToObject(o, "CheckDuplicate", true);
	cJSON_AddStringToObject(o, "Driver", "bridge");
	cJSON_AddItemToObject(o, "Labels", json_kvs(labels));
	if (engine_call(g, "POST", "/networks/create", o, NULL, e) == 0)
		return 0;
	err_wrap(e, "create the network %s", name);
	if (strstr(e->msg, "address pool"))
		err_hint(e, "remove networks that nobody uses: docker network prune");
	return -1;
}

int docker_network_remove(struct engine *g, const char *name, struct err *e)
{
	AUTO_FREE char *segment = url_segment(name);
	AUTO_REPLY struct reply r = {0};

	if (engine_send(g, "DELETE", NULL, &r, e, "/networks/%s", segment) < 0)
		return -1;
	if (r.status >= 300 && r.status != 404) {
		engine_fail(e, &r);
		return err_wrap(e, "remove network %s", name);
	}
	return 0;
}

int docker_network_list(
	struct engine *g, const char *label, struct strv *ids, struct err *e)
{
	AUTO_BUF struct buf path = {0};
	AUTO_FREE char *filters = label_filter(label);
	AUTO_JSON cJSON *j = NULL;
	const cJSON *i;

	buf_adds(&path, "/networks");
	url_param(&path, "filters", filters);
	if (engine_call(g, "GET", path.p, NULL, &j, e) < 0)
		return err_wrap(e, "list networks");
	cJSON_ArrayForEach(i, j)
	{
		const char *id = json_str(i, "Id");

		if (id)
			strv_add(ids, id);
	}
	return 0;
}

int docker_network(struct engine *g, const char *name, bool *yes, struct err *e)
{
	AUTO_FREE char *segment = url_segment(name);
	static const char *const modes[] = {"none", "host", "bridge", "default"};
	AUTO_REPLY struct reply r = {0};

	/* Some have them without having networks of these names. */
	for (size_t i = 0; i < COUNT_OF(modes); i++)
		if (!strcmp(name, modes[i])) {
			*yes = true;
			return 0;
		}
	if (engine_send(g, "GET", NULL, &r, e, "/networks/%s", segment) < 0)
		return -1;
	if (r.status >= 300 && r.status != 404) {
		engine_fail(e, &r);
		return err_wrap(e, "network %s", name);
	}
	*yes = r.status == 200;
	return 0;
}

int docker_volumes(struct engine *g, const char *label, const char *key, struct kvs *out,
	struct err *e)
{
	AUTO_BUF struct buf path = {0};
	AUTO_FREE char *filters = label_filter(label);
	AUTO_JSON cJSON *j = NULL;
	const cJSON *i;

	buf_adds(&path, "/volumes");
	url_param(&path, "filters", filters);
	if (engine_call(g, "GET", path.p, NULL, &j, e) < 0)
		return err_wrap(e, "list volumes");
	cJSON_ArrayForEach(i, json_get(j, "Volumes"))
	{
		const char *name = json_str(i, "Name"),
			   *value = json_str(json_get(i, "Labels"), key);

		if (name)
			kvs_add(out, name, value ? value : "");
	}
	return 0;
}

int docker_volume_create(
	struct engine *g, const char *name, const struct kvs *labels, struct err *e)
{
	AUTO_JSON cJSON *o = cJSON_CreateObject();

	json_put(o, "Name", name);
	cJSON_AddItemToObject(o, "Labels", json_kvs(labels));
	return engine_call(g, "POST", "/volumes/create", o, NULL, e) < 0
		       ? err_wrap(e, "create the volume %s", name)
		       : 0;
}

int docker_volume_remove(struct engine *g, const char *name, struct err *e)
{
	AUTO_FREE char *segment = url_segment(name);
	AUTO_REPLY struct reply r = {0};

	if (engine_send(g, "DELETE", NULL, &r, e, "/volumes/%s", segment) < 0)
		return -1;
	if (r.status >= 300 && r.status != 404) {
		engine_fail(e, &r);
		return err_wrap(e, "remove volume %s", name);
	}
	return 0;
}
