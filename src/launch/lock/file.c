/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "build/inputs.h"
#include "launch/lock/lock.h"

enum { VERSION = 1, FILE_MAX = 32 << 20 };

int lock_read(const char *project, cJSON **all, struct err *e)
{
	AUTO_FREE char *path = path_join(project, LOCK_FILE);
	AUTO_BUF struct buf text = {0};
	struct err why = {0};

	*all = NULL;
	if (file_read(path, FILE_MAX, &text, &why) < 0) {
		if (why.code == ENOENT)
			return 0;
		*e = why;
		return -1;
	}
	*all = json_parse(buf_str(&text), text.n, e);
	if (*all && json_int(*all, "lock", 0) == VERSION)
		return 0;
	if (*all)
		err_set(e, EINVAL, "it is of another version of cnnrun");
	json_free(all);
	err_wrap(e, "%s", path);
	return err_hint(e, "write it anew (cnnrun lock)");
}

const cJSON *lock_entry(const cJSON *all, const char *key)
{
	const cJSON *entry = json_get(json_get(all, "profiles"), key);

	return cJSON_IsObject(entry) ? entry : NULL;
}

const cJSON *lock_container(const cJSON *entry, const struct plan *p)
{
	return json_get(json_get(entry, "containers"), p->service ? p->service : "main");
}

/* In order of their keys, whichever was locked first. */
static void put_sorted(
	cJSON *to, const cJSON *before, const char *key, const cJSON *entry)
{
	const cJSON *i;
	bool put = false;

	cJSON_ArrayForEach(i, before)
	{
		int order = strcmp(i->string, key);

		if (!put && order >= 0)
			cJSON_AddItemToObject(to, key, cJSON_Duplicate(entry, true));
		put |= order >= 0;
		if (order)
			cJSON_AddItemToObject(to, i->string, cJSON_Duplicate(i, true));
	}
	if (!put)
		cJSON_AddItemToObject(to, key, cJSON_Duplicate(entry, true));
}

int lock_write(const char *project, const cJSON *all, const char *key, cJSON *entry,
	struct err *e)
{
	AUTO_FREE char *path = path_join(project, LOCK_FILE);
	AUTO_JSON cJSON *file = cJSON_CreateObject();
	const cJSON *before = json_get(all, "profiles");
	cJSON *profiles, *o;
	AUTO_FREE char *text = NULL, *line = NULL;

	cJSON_ArrayForEach(o, json_get(entry, "containers"))
		cJSON_DeleteItemFromObjectCaseSensitive(
			cJSON_GetObjectItemCaseSensitive(o, "build"), "text");
	cJSON_AddNumberToObject(file, "lock", VERSION);
	profiles = cJSON_AddObjectToObject(file, "profiles");
	put_sorted(profiles, cJSON_IsObject(before) ? before : NULL, key, entry);
	if (json_check_utf8(file, e) < 0)
		return -1;
	text = json_text(file, true);
	line = xasprintf("%s\n", text);
	return file_write(path, line, strlen(line), 0644, e);
}
