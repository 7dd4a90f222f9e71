/* SPDX-License-Identifier: MIT */
/* A plan and the inputs of its builds as digests, the same on every machine that has the
 * same project. */
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "build/arguments.h"
#include "build/content.h"
#include "build/inputs.h"
#include "host/user.h"
#include "launch/lock/lock.h"

enum { SHORT = 16 };

static char *sha256(const void *data, size_t n)
{
	char hex[DIGEST_HEX];

	digest_hex(data, n, hex);
	return xasprintf("sha256:%s", hex);
}

/* Where the project and the home lie differs between machines. */
static void replace(cJSON *text, const char *dir, const char *with)
{
	AUTO_BUF struct buf b = {0};
	size_t n = dir ? strlen(dir) : 0;
	const char *s = text->valuestring, *at;

	while (n > 1 && (at = strstr(s, dir))) {
		buf_add(&b, s, (size_t)(at - s));
		buf_adds(&b, strchr("/:", at[n]) ? with : dir);
		s = at + n;
	}
	if (!b.n)
		return;
	buf_adds(&b, s);
	cJSON_SetValuestring(text, buf_str(&b));
}

static void replace_all(cJSON *j, const char *project, const char *home)
{
	cJSON *i;

	if (cJSON_IsString(j)) {
		replace(j, project, "$PROJECT");
		replace(j, home, "$HOME");
	}
	cJSON_ArrayForEach(i, j) replace_all(i, project, home);
}

/* What is this person's, not the project's: which GPUs, which numbers, and secrets. */
static void leave_out(cJSON *o, const struct plan *p)
{
	cJSON *set = cJSON_GetObjectItemCaseSensitive(
		cJSON_GetObjectItemCaseSensitive(o, "env"), "set");
	cJSON *user = cJSON_GetObjectItemCaseSensitive(o, "user");

	cJSON_DeleteItemFromObjectCaseSensitive(o, "gpus");
	cJSON_DeleteItemFromObjectCaseSensitive(user, "uid");
	cJSON_DeleteItemFromObjectCaseSensitive(user, "gid");
	cJSON_DeleteItemFromObjectCaseSensitive(
		cJSON_GetObjectItemCaseSensitive(o, "build"), "args");
	for (size_t i = 0; i < p->env.n; i++)
		if (strv_has(&p->env_secret, p->env.v[i].key) ||
			looks_like_token(p->env.v[i].key, p->env.v[i].value))
			cJSON_DeleteItemFromObjectCaseSensitive(set, p->env.v[i].key);
}

/* {"env": digest, …}: of each of the plan's parts. */
static cJSON *plan_digests(cJSON *o, const struct plan *p, const char *home)
{
	cJSON *digests = cJSON_CreateObject(), *i;

	leave_out(o, p);
	replace_all(o, p->project, home);
	cJSON_ArrayForEach(i, o)
	{
		AUTO_FREE char *text = json_text(i, false), *hex = NULL;

		hex = sha256(text, strlen(text));
		hex[strlen("sha256:") + SHORT] = 0;
		cJSON_AddStringToObject(digests, i->string, hex);
	}
	return digests;
}

static cJSON *arguments(const struct plan *p)
{
	AUTO_KVS struct kvs args = {0};
	cJSON *o = cJSON_CreateObject();

	build_arguments(&p->build, &args);
	for (size_t i = 0; i < args.n; i++) {
		const char *key = args.v[i].key, *value = args.v[i].value;
		bool hidden =
			strv_has(&p->env_secret, key) || looks_like_token(key, value);
		AUTO_FREE char *hex = hidden ? sha256(value, strlen(value)) : NULL;

		cJSON_AddStringToObject(o, key, hidden ? hex : value);
	}
	return o;
}

/* So that the one that changed can be named. */
static cJSON *line_digests(const struct buf *text)
{
	cJSON *lines = cJSON_CreateArray();
	const char *p = buf_str(text), *all = p + text->n;

	while (p < all) {
		const char *end = memchr(p, '\n', (size_t)(all - p));
		size_t n = end ? (size_t)(end - p) : (size_t)(all - p);
		char hex[DIGEST_HEX];

		digest_hex(p, n, hex);
		hex[8] = 0;
		cJSON_AddItemToArray(lines, cJSON_CreateString(hex));
		p += n + (end != NULL);
	}
	return lines;
}

static int trees(const struct build_inputs *in, cJSON *o, struct err *e)
{
	AUTO_KVS struct kvs context = {0};

	if (content_digests(&in->context, &in->ignore, in->inside, &context, e) < 0)
		return -1;
	cJSON_AddItemToObject(o, "context", json_kvs(&context));
	for (size_t i = 0; i < in->given.n_trees; i++) {
		const struct given_tree *t = &in->given.trees[i];
		AUTO_FREE char *key = xasprintf("context %s", t->name);
		AUTO_KVS struct kvs tree = {0};

		if (content_digests(&t->root, &t->ignore, NULL, &tree, e) < 0)
			return -1;
		cJSON_AddItemToObject(o, key, json_kvs(&tree));
	}
	return 0;
}

static int build(
	const struct plan *p, const struct build_inputs *in, cJSON *o, struct err *e)
{
	AUTO_FREE char *hex = sha256(buf_str(&in->text), in->text.n);

	if (*in->error.msg) {
		*e = in->error;
		return -1;
	}
	cJSON_AddStringToObject(o, "dockerfile", hex);
	cJSON_AddItemToObject(o, "lines", line_digests(&in->text));
	cJSON_AddItemToObject(o, "arguments", arguments(p));
	/* for comparing only: lock_write() takes it away */
	cJSON_AddStringToObject(o, "text", buf_str(&in->text));
	return trees(in, o, e);
}

static int container(const struct plan *p, const struct resolved *s, cJSON *plan,
	const char *home, cJSON *all, struct err *e)
{
	const char *name = p->service ? p->service : "main";
	cJSON *o = cJSON_AddObjectToObject(all, name);
	cJSON *parts = cJSON_DetachItemFromObjectCaseSensitive(plan, name);

	cJSON_AddStringToObject(o, "image", p->build.wanted ? p->build.tag : p->image);
	cJSON_AddItemToObject(o, "plan", plan_digests(parts, p, home));
	cJSON_Delete(parts);
	if (!p->build.wanted)
		return 0;
	return build(p, s->inputs, cJSON_AddObjectToObject(o, "build"), e);
}

static void plan_hash(cJSON *entry, const cJSON *all)
{
	AUTO_JSON cJSON *parts = cJSON_CreateObject();
	AUTO_FREE char *text = NULL, *hex = NULL;
	const cJSON *i;

	cJSON_ArrayForEach(i, all) cJSON_AddItemToObject(
		parts, i->string, cJSON_Duplicate(json_get(i, "plan"), true));
	text = json_text(parts, false);
	hex = sha256(text, strlen(text));
	cJSON_AddStringToObject(entry, "plan", hex);
}

int lock_print(
	const struct plan *p, const struct resolved *s, cJSON **entry, struct err *e)
{
	AUTO_JSON cJSON *made = cJSON_CreateObject(), *plan = plan_json(p),
			*all = cJSON_CreateObject();
	cJSON *containers = cJSON_GetObjectItemCaseSensitive(plan, "containers");
	struct host_user me = {0};
	int rc = host_user_get(&me, e);

	for (size_t i = 0; !rc && i <= p->n_services; i++)
		rc = container(i ? &p->services[i - 1] : p, i ? &s->services[i - 1] : s,
			containers, me.home, all, e);
	host_user_free(&me);
	if (rc)
		return -1;
	cJSON_AddStringToObject(made, "cnnrun", CNNRUN_VERSION);
	plan_hash(made, all);
	cJSON_AddItemToObject(made, "containers", all);
	all = NULL;
	*entry = made;
	made = NULL;
	return 0;
}
