/* SPDX-License-Identifier: MIT */
#include "right/spelled.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

#define LINK "link:"

void right_spell(struct buf *b, const struct right *r)
{
	struct right one = *r;
	const struct rights list = {&one, 1};
	AUTO_JSON cJSON *j = rights_json(&list);
	const cJSON *value = j->child->child;

	buf_addf(b, "%s%s", r->by_link ? LINK : "", value->string);
	if (cJSON_IsString(value))
		buf_addf(b, "=%s", value->valuestring);
}

static int refuse(const char *text, struct err *e)
{
	err_set(e, ERR_USAGE, "'%.100s' is no right", text);
	return err_hint(e,
		"they are as write=/data, gpu_all or network_host=example.org:443; "
		"'cnnrun plan PROFILE --json' has them under \"rights\"");
}

int right_read(const char *text, struct rights *out, struct err *e)
{
	AUTO_JSON cJSON *list = cJSON_CreateArray();
	cJSON *o = cJSON_CreateObject();
	bool by_link = !strncmp(text, LINK, strlen(LINK));
	const char *from = by_link ? text + strlen(LINK) : text;
	const char *sign = strchr(from, '=');
	AUTO_FREE char *name =
		xstrndup(from, sign ? (size_t)(sign - from) : strlen(from));
	AUTO_RIGHTS struct rights read = {0};

	cJSON_AddItemToArray(list, o);
	if (!*name || (sign && !sign[1]) || !utf8_valid(text))
		return refuse(text, e);
	if (sign)
		cJSON_AddStringToObject(o, name, sign + 1);
	else
		cJSON_AddTrueToObject(o, name);
	if (by_link)
		cJSON_AddTrueToObject(o, "by_link");
	if (rights_parse(list, &read, NULL) < 0 || !read.n)
		return refuse(text, e);
	rights_add_all(out, &read);
	return 0;
}
