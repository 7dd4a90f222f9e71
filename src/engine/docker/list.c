/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "engine/docker/docker.h"

static char *text_of(const cJSON *j, const char *key)
{
	const char *s = json_str(j, key);

	return xstrdup(s ? s : "");
}

static void add_item(struct container_list *l, const cJSON *j)
{
	const char *name =
		cJSON_GetStringValue(cJSON_GetArrayItem(json_get(j, "Names"), 0));
	struct container_item *c;

	l->v = xrealloc(l->v, (l->n + 1) * sizeof *l->v);
	c = &l->v[l->n++];
	*c = (struct container_item){
		.id = text_of(j, "Id"),
		.name = xstrdup(name ? name + (*name == '/') : ""),
		.image = text_of(j, "Image"),
		.image_id = text_of(j, "ImageID"),
		.state = text_of(j, "State"),
		.status = text_of(j, "Status"),
		.created = json_int64(j, "Created", 0),
	};
	json_read_kvs(json_get(j, "Labels"), &c->labels);
}

int docker_list(struct engine *g, const char *label, bool all, struct container_list *out,
	struct err *e)
{
	AUTO_BUF struct buf path = {0};
	AUTO_FREE char *filters = label_filter(label);
	AUTO_JSON cJSON *j = NULL;
	const cJSON *i;

	buf_addf(&path, "/containers/json?all=%d", all);
	url_param(&path, "filters", filters);
	if (engine_call(g, "GET", path.p, NULL, &j, e) < 0)
		return err_wrap(e, "list containers");
	cJSON_ArrayForEach(i, j) if (cJSON_IsObject(i)) add_item(out, i);
	return 0;
}
