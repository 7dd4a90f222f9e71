/* SPDX-License-Identifier: MIT */
#include "launch/carry/state.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"

#define STATES "carry"

enum { ABOUT_MAX = 64 << 10, NAME_HEX = 12, NAME_MAX_CHARS = 24, KEY_HEX = 24 };

char *carry_volume(const char *source)
{
	const char *base = strrchr(source, '/');
	AUTO_FREE char *name = xstrndup(base ? base + 1 : source, NAME_MAX_CHARS);
	AUTO_FREE char *uid = xasprintf("%u", (unsigned)getuid());
	AUTO_BUF struct buf machine = {0};
	char hex[DIGEST_HEX];
	struct digest d;

	/* two machines may have one engine */
	file_read("/etc/machine-id", 256, &machine, NULL);
	digest_init(&d);
	digest_field(&d, buf_str(&machine));
	digest_field(&d, uid);
	digest_field(&d, source);
	digest_end(&d, hex);
	for (char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c) || (unsigned char)*c > 127)
			*c = '-';
	return xasprintf("cnnrun-%s-%.*s", *name ? name : "root", NAME_HEX, hex);
}

static char **text_of(struct carry_state *st, size_t i, const char **key)
{
	struct {
		const char *key;
		char **text;
	} all[] = {{"engine", &st->url}, {"volume", &st->volume}, {"source", &st->source},
		{"project", &st->project}, {"profile", &st->profile}, {"name", &st->name},
		{"userns", &st->userns}};

	if (i >= COUNT_OF(all))
		return NULL;
	*key = all[i].key;
	return all[i].text;
}

static bool read_about(struct carry_state *st)
{
	AUTO_FREE char *path = path_join(st->dir, "about");
	AUTO_BUF struct buf text = {0};
	AUTO_JSON cJSON *o = NULL;
	const cJSON *one;
	const char *key;
	char **slot;

	if (file_read(path, ABOUT_MAX, &text, NULL) < 0)
		return false;
	o = json_parse(buf_str(&text), text.n, NULL);
	if (!cJSON_IsObject(o))
		return false;
	for (size_t i = 0; (slot = text_of(st, i, &key)); i++)
		str_set(slot, json_str(o, key));
	cJSON_ArrayForEach(one, json_get(o, "only")) if (cJSON_IsString(one))
		strv_add(&st->only, one->valuestring);
	st->uid = (uid_t)json_int64(o, "uid", 0);
	st->gid = (gid_t)json_int64(o, "gid", 0);
	st->open = json_bool(o, "open", true);
	st->going = json_bool(o, "going", false);
	st->comes = json_bool(o, "comes", false);
	st->stays = json_bool(o, "stays", false);
	return st->url && st->volume && st->source;
}

int carry_state_keep(const struct carry_state *st, struct err *e)
{
	AUTO_FREE char *path = path_join(st->dir, "about"), *text = NULL;
	AUTO_JSON cJSON *o = cJSON_CreateObject();
	struct carry_state own = *st;
	cJSON *only = NULL;
	const char *key;
	char **slot;

	for (size_t i = 0; (slot = text_of(&own, i, &key)); i++)
		json_put(o, key, *slot);
	if (st->only.n)
		only = cJSON_AddArrayToObject(o, "only");
	for (size_t i = 0; i < st->only.n; i++)
		cJSON_AddItemToArray(only, cJSON_CreateString(st->only.v[i]));
	cJSON_AddNumberToObject(o, "uid", st->uid);
	cJSON_AddNumberToObject(o, "gid", st->gid);
	cJSON_AddBoolToObject(o, "open", st->open);
	cJSON_AddBoolToObject(o, "going", st->going);
	cJSON_AddBoolToObject(o, "comes", st->comes);
	cJSON_AddBoolToObject(o, "stays", st->stays);
	text = json_text(o, false);
	return file_write(path, text, strlen(text), 0600, e);
}

static int open_lock(const struct carry_state *st, const char *name, struct err *e)
{
	AUTO_FREE char *path = path_join(st->dir, name);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	return fd < 0 ? err_errno(e, "%s", path) : fd;
}

static void begin(struct carry_state *st, const char *dir)
{
	*st = (struct carry_state){.dir = xstrdup(dir), .users = -1, .lock = -1};
	st->list = path_join(dir, "list");
	st->known = read_about(st);
}

int carry_state_open(
	struct carry_state *st, const char *url, const char *source, struct err *e)
{
	AUTO_FREE char *volume = carry_volume(source);

	return carry_state_open_copy(st, url, volume, source, e);
}

int carry_state_open_copy(struct carry_state *st, const char *url, const char *volume,
	const char *source, struct err *e)
{
	AUTO_FREE char *name = NULL, *dir = NULL;
	char hex[DIGEST_HEX];
	struct digest d;

	digest_init(&d);
	digest_field(&d, url);
	digest_field(&d, volume);
	digest_end(&d, hex);
	name = xasprintf(STATES "/%.*s", KEY_HEX, hex);
	dir = xdg_path("STATE", name);
	if (dir_make(dir, 0700, e) < 0)
		return -1;
	begin(st, dir);
	if (!st->known) {
		str_set(&st->url, url);
		str_set(&st->volume, volume);
		str_set(&st->source, source);
		st->open = true; /* nothing is known of what is there */
	}
	return carry_state_use(st, e);
}

int carry_state_use(struct carry_state *st, struct err *e)
{
	st->users = open_lock(st, "users", e);
	if (st->users < 0)
		return -1;
	return flock(st->users, LOCK_SH) < 0 ? err_errno(e, "lock %s/users", st->dir) : 0;
}

static bool read_state(struct carry_state *st, const char *dir)
{
	begin(st, dir);
	return st->known;
}

int carry_state_lock(struct carry_state *st, struct err *e)
{
	st->lock = open_lock(st, "lock", e);
	if (st->lock < 0)
		return -1;
	if (flock(st->lock, LOCK_EX | LOCK_NB) == 0)
		return 0;
	log_info("waiting for another cnnrun, which carries %s", st->source);
	return flock(st->lock, LOCK_EX) < 0 ? err_errno(e, "lock %s/lock", st->dir) : 0;
}

void carry_state_unlock(struct carry_state *st)
{
	if (st->lock >= 0)
		close(st->lock);
	st->lock = -1;
}

bool carry_state_alone(const struct carry_state *st)
{
	bool alone = flock(st->users, LOCK_EX | LOCK_NB) == 0;

	flock(st->users, LOCK_SH | LOCK_NB);
	return alone;
}

int carry_state_settle(struct carry_state *st, bool whole, struct err *e)
{
	if (!whole || st->stays || !carry_state_alone(st))
		return 0;
	st->open = st->going = false;
	return carry_state_keep(st, e);
}

void carry_state_remove(const struct carry_state *st)
{
	static const char *const names[] = {"about", "list", "list.new", "users", "lock"};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		AUTO_FREE char *path = path_join(st->dir, names[i]);

		unlink(path);
	}
	rmdir(st->dir);
}

void carry_state_close(struct carry_state *st)
{
	const char *key;
	char **slot;

	carry_state_unlock(st);
	if (st->users >= 0)
		close(st->users);
	for (size_t i = 0; st->dir && (slot = text_of(st, i, &key)); i++)
		free(*slot);
	strv_free(&st->only);
	free(st->dir);
	free(st->list);
	*st = (struct carry_state){.users = -1, .lock = -1};
}

int carry_states(int (*on_state)(void *ctx, struct carry_state *st), void *ctx)
{
	AUTO_FREE char *top = xdg_path("STATE", STATES);
	DIR *d = opendir(top);
	struct dirent *entry;
	int rc = 0;

	while (!rc && d && (entry = readdir(d))) {
		AUTO_FREE char *dir = path_join(top, entry->d_name);
		struct carry_state st;

		if (*entry->d_name == '.')
			continue;
		if (read_state(&st, dir))
			rc = on_state(ctx, &st);
		carry_state_close(&st);
	}
	if (d)
		closedir(d);
	return rc;
}
