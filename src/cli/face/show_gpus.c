/* SPDX-License-Identifier: MIT */
#include "cli/face/show_gpus.h"

#include <time.h>

#include "base/mem.h"
#include "cli/face/table.h"
#include "cli/face/words.h"
#include "host/user.h"

/* "1:0" is the first MIG instance of GPU 1. */
static void cell_index(struct table *t, const struct host_gpu *g)
{
	AUTO_FREE char *index = g->mig_of < 0 ? xasprintf("%d", g->index)
					      : xasprintf("%d:%d", g->mig_of, g->index);

	table_cell(t, index);
}

static void cell_number(struct table *t, const char *fmt, int n)
{
	AUTO_BUF struct buf b = {0};

	if (n >= 0)
		buf_addf(&b, "%d%s", n, fmt);
	table_cell(t, n >= 0 ? b.p : NULL);
}

static void cell_holder(
	struct table *t, const struct gpu_holders *h, const struct host_gpu *g)
{
	const struct claim *c = gpu_claim(h, g->uuid);
	const struct container_item *in = c ? gpu_container(h, c, g->uuid) : NULL;
	AUTO_FREE char *user = c && c->known ? host_user_name(c->uid) : NULL;
	AUTO_BUF struct buf age = {0};

	if (in)
		add_age(&age, (int64_t)time(NULL) - in->created);
	table_cell(t, c && !user ? "?" : user);
	table_cell(t, in ? in->name : NULL);
	table_cell(t, in ? age.p : NULL);
}

void gpus_table(
	struct buf *b, const struct host_gpus *g, const struct gpu_holders *h, bool whole)
{
	static const char *const heading[] = {"GPU", "NAME", "FREE", "USE", "JOBS",
		"HELD BY", "CONTAINER", "AGE", NULL};
	AUTO_TABLE struct table t = {0};

	table_begin(&t, heading);
	for (size_t i = 0; i < g->n; i++) {
		const struct host_gpu *one = &g->v[i];
		AUTO_FREE char *room = xasprintf("%.0f/%.0f GiB",
			(double)one->free / (1 << 30), (double)one->memory / (1 << 30));

		cell_index(&t, one);
		table_cell(&t, one->name);
		table_cell(&t, room);
		cell_number(&t, "%", one->use);
		cell_number(&t, "", one->processes);
		cell_holder(&t, h, one);
	}
	if (!whole)
		table_fit(&t);
	table_print(&t, b);
}

static void put_holder(cJSON *o, const struct gpu_holders *h, const char *uuid)
{
	const struct claim *c = gpu_claim(h, uuid);
	const struct container_item *in = c ? gpu_container(h, c, uuid) : NULL;
	AUTO_FREE char *user = c && c->known ? host_user_name(c->uid) : NULL;
	cJSON *holder;

	if (!c)
		return;
	holder = cJSON_AddObjectToObject(o, "held_by");
	json_put(holder, "user", user);
	if (user)
		cJSON_AddNumberToObject(holder, "uid", c->uid);
	if (!in)
		return;
	json_put(holder, "container", in->name);
	cJSON_AddNumberToObject(holder, "since", (double)in->created);
}

cJSON *gpus_json(const struct host_gpus *g, const struct gpu_holders *h)
{
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < g->n; i++) {
		const struct host_gpu *one = &g->v[i];
		cJSON *o = cJSON_CreateObject();

		cJSON_AddNumberToObject(o, "index", one->index);
		json_put(o, "uuid", one->uuid);
		json_put(o, "name", one->name);
		cJSON_AddNumberToObject(o, "memory", (double)one->memory);
		cJSON_AddNumberToObject(o, "free", (double)one->free);
		if (one->mig_of >= 0)
			cJSON_AddNumberToObject(o, "mig_of", one->mig_of);
		if (one->use >= 0)
			cJSON_AddNumberToObject(o, "use", one->use);
		if (one->processes >= 0)
			cJSON_AddNumberToObject(o, "processes", one->processes);
		put_holder(o, h, one->uuid);
		cJSON_AddItemToArray(list, o);
	}
	return list;
}
