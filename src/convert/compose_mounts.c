/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "convert/compose.h"
#include "convert/docker_option.h"
#include "convert/place.h"

/* The owner's numbers are whoever's starts it, as above. */
static void tmpfs(const struct conversion *c, const struct plan *p,
	const struct resolved *s, const struct resolved_mount *m, cJSON *o)
{
	AUTO_FREE char *text = docker_tmpfs(s, m);
	AUTO_FREE char *mine = xasprintf(",uid=%u,gid=%u", s->uid, s->gid);
	size_t n = strlen(text), len = strlen(mine);
	cJSON *list = cJSON_GetObjectItemCaseSensitive(o, "tmpfs");

	if (p->user.mode == USER_HOST && n > len && !strcmp(text + n - len, mine)) {
		AUTO_FREE char *yours = xasprintf(
			"%.*s,uid=" PLACE_UID ",gid=" PLACE_GID, (int)(n - len), text);

		str_set(&text, yours);
	}
	list = list ? list : cJSON_AddArrayToObject(o, "tmpfs");
	cJSON_AddItemToArray(list, compose_string(c, text));
}

void compose_mounts(
	struct conversion *c, const struct plan *p, const struct resolved *s, cJSON *o)
{
	cJSON *list = NULL;

	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct resolved_mount *m = &s->mounts[i];
		bool volume = m->type == MOUNT_VOLUME;
		cJSON *v;

		if (m->type == MOUNT_TMPFS) {
			tmpfs(c, p, s, m, o);
			continue;
		}
		list = list ? list : cJSON_AddArrayToObject(o, "volumes");
		v = cJSON_CreateObject();
		cJSON_AddStringToObject(v, "type", volume ? "volume" : "bind");
		compose_text(c, v, "source", m->source);
		compose_text(c, v, "target", m->target);
		if (m->readonly)
			cJSON_AddBoolToObject(v, "read_only", true);
		if (volume && m->no_copy)
			cJSON_AddBoolToObject(
				cJSON_AddObjectToObject(v, "volume"), "nocopy", true);
		cJSON_AddItemToArray(list, v);
		if (m->create) {
			AUTO_JSON cJSON *path = compose_string(c, m->source);

			strv_addf(&c->lost,
				"mkdir -p %s first: docker would make it, as "
				"root",
				path->valuestring);
		}
	}
}
