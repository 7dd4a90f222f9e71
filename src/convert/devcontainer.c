/* SPDX-License-Identifier: MIT */
/* export devcontainer: what has a property of its own gets that, the rest is runArgs. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "convert/convert.h"
#include "convert/docker_option.h"
#include "convert/build.h"
#include "convert/lost.h"
#include "convert/place.h"
#include "convert/tree.h"
#include "plan/shell_word.h"

/* A text in which its places are for the devcontainer CLI to fill in. */
static cJSON *string(struct conversion *c, const char *text)
{
	AUTO_BUF struct buf b = {0};

	if (strstr(text, "${"))
		strv_addf(&c->lost,
			"devcontainers fill in what looks like a variable of "
			"theirs: %s",
			text);
	for (struct piece x = {.next = text}; piece_next(&x);) {
		AUTO_FREE char *part = xstrndup(x.text, x.n);

		if (!x.place)
			buf_adds(&b, part);
		else if (!strcmp(part, "project"))
			buf_adds(&b, "${localWorkspaceFolder}");
		else if (!strcmp(part, "run"))
			buf_adds(&b, "${devcontainerId}");
		else
			buf_addf(&b, "${localEnv:%s}", part);
	}
	return cJSON_CreateString(buf_str(&b));
}

static void put(struct conversion *c, cJSON *o, const char *key, const char *text)
{
	if (text)
		cJSON_AddItemToObject(o, key, string(c, text));
}

/* From the file's directory. */
static char *from_here(const struct conversion *c, const char *path)
{
	AUTO_FREE char *below = plan_path(c->p, path);

	if (*below == '/')
		return xstrdup(below);
	if (!strcmp(below, "."))
		return xstrdup(c->up);
	return strcmp(c->up, ".") ? xasprintf("%s/%s", c->up, below) : xstrdup(below);
}

/* The CLI adds what it builds with by itself: tag and context. */
static void build(struct conversion *c, cJSON *o)
{
	const struct plan_build *b = &c->p->build;
	const char *dir = b->context ? b->context : ".";
	AUTO_FREE char *file =
		b->dockerfile ? xstrdup(b->dockerfile) : xasprintf("%s/Dockerfile", dir);
	AUTO_FREE char *context = from_here(c, dir), *dockerfile = from_here(c, file);
	AUTO_KVS struct kvs options = {0};
	cJSON *to = cJSON_AddObjectToObject(o, "build"), *list = NULL;

	cJSON_AddStringToObject(to, "dockerfile", dockerfile);
	cJSON_AddStringToObject(to, "context", context);
	docker_build_options(c->p, &options);
	if (b->target)
		put(c, to, "target", b->target);
	for (size_t i = 0; i < options.n; i++) {
		if (!strcmp(options.v[i].key,
			    "--target")) /* by the property: one of two */
			continue;
		list = list ? list : cJSON_AddArrayToObject(to, "options");
		cJSON_AddItemToArray(list, string(c, options.v[i].key));
		if (options.v[i].value)
			cJSON_AddItemToArray(list, string(c, options.v[i].value));
	}
}

/* Said by a property, or the CLI's own affair. */
static bool is_elsewhere(const struct conversion *c, const char *option)
{
	static const char *const names[] = {"--interactive", "--tty", "--detach", "--rm",
		"--log-driver", "--env", "--mount", "--workdir"};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (!strcmp(option, names[i]))
			return true;
	return c->s->of_image.as_host && !strcmp(option, "--user");
}

static void run_args(struct conversion *c, cJSON *o)
{
	AUTO_KVS struct kvs options = {0};
	cJSON *list = cJSON_CreateArray();

	docker_options(&options, c->s);
	for (size_t i = 0; i < options.n; i++) {
		const struct kv *v = &options.v[i];

		if (is_elsewhere(c, v->key) ||
			(!strcmp(v->key, "--name") && !c->p->set.name))
			continue;
		cJSON_AddItemToArray(list, cJSON_CreateString(v->key));
		if (v->value)
			cJSON_AddItemToArray(list, string(c, v->value));
	}
	cJSON_AddItemToObject(o, "runArgs", list);
}

static void env(struct conversion *c, cJSON *o)
{
	const struct resolved *s = c->s;
	cJSON *to = cJSON_CreateObject();

	for (size_t i = 0; i < s->env.n; i++) {
		const struct kv *v = &s->env.v[i];
		AUTO_FREE char *named = xasprintf("\1%s\2", v->key);

		if (docker_env_is_filed(s, v))
			continue;
		if (docker_env_by_name(s, v) && !*v->value && !getenv(v->key))
			strv_addf(&c->lost,
				"%s is not passed on: it is not set here, and "
				"would be empty",
				v->key);
		else
			put(c, to, v->key, docker_env_by_name(s, v) ? named : v->value);
	}
	if (resolved_lacks_language(s))
		cJSON_AddStringToObject(to, "LANG", RESOLVED_LANG);
	json_put_some(o, "containerEnv", to);
}

static void workspace(struct conversion *c, const char *mount, cJSON *o)
{
	const char *dir = c->s->set.workdir;

	if (!c->s->n_services)
		put(c, o, "workspaceMount", mount ? mount : "");
	cJSON_AddStringToObject(o, "workspaceFolder", dir ? dir : "/");
}

static void mounts(struct conversion *c, cJSON *o)
{
	const struct resolved *s = c->s;
	AUTO_FREE char *whole = NULL;
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct resolved_mount *m = &s->mounts[i];
		AUTO_FREE char *text = NULL;

		if (m->type == MOUNT_TMPFS) /* --tmpfs */
			continue;
		text = docker_mount(m);
		if (m->create)
			strv_addf(&c->lost, "mkdir -p the source of %s first", m->target);
		if (!whole && m->type == MOUNT_BIND && !strcmp(m->source, PLACE_PROJECT))
			whole = xstrdup(text);
		else
			cJSON_AddItemToArray(list, string(c, text));
	}
	workspace(c, whole, o);
	json_put_some(o, "mounts", list);
}

/* Else the CLI makes an image of its own, with another number for the user. */
static void user(struct conversion *c, cJSON *o)
{
	const struct resolved *s = c->s;

	if (s->of_image.as_host) {
		put(c, o, "containerUser", s->of_image.name);
		put(c, o, "remoteUser", s->of_image.name);
	}
	cJSON_AddBoolToObject(o, "updateRemoteUserUID", s->of_image.as_host);
}

static void prepare(struct conversion *c, cJSON *o)
{
	const struct settings *s = &c->s->set;
	bool root = c->s->has_user && c->s->uid == 0;
	AUTO_BUF struct buf b = {0};

	for (size_t i = 0; i < s->n_prepare; i++) {
		AUTO_BUF struct buf words = {0};

		shell_words(&words, &s->prepare[i].command, 0);
		if (s->prepare[i].user == PREPARE_ROOT && !root)
			strv_addf(&c->lost, "once, by hand: docker exec -u 0 CONTAINER%s",
				words.p);
		else
			buf_addf(&b, "%s%s", b.n ? " && " : "", words.p + 1);
	}
	if (b.n)
		put(c, o, "postCreateCommand", b.p);
}

static void program(struct conversion *c)
{
	const struct settings *s = &c->s->set;
	AUTO_BUF struct buf words = {0};

	if (!s->entrypoint.n && s->command.n == 1 &&
		(!strcmp(s->command.v[0], "bash") || !strcmp(s->command.v[0], "sh")))
		return;
	shell_words(&words, &s->entrypoint, 0);
	shell_words(&words, &s->command, 0);
	if (words.n)
		strv_addf(&c->lost,
			"a devcontainer waits for you; the program is to be typed:%s",
			words.p);
	else
		strv_add(&c->lost, "a devcontainer waits for you; the image's program is "
				   "not run");
}

static void alone(struct conversion *c, cJSON *o)
{
	if (c->p->build.wanted)
		build(c, o);
	else
		put(c, o, "image", c->p->image);
	mounts(c, o);
	env(c, o);
	user(c, o);
	cJSON_AddBoolToObject(o, "overrideCommand", true);
	run_args(c, o);
}

/* The rest of it stands in the compose file. */
static void beside_others(struct conversion *c, cJSON *o)
{
	cJSON_AddStringToObject(o, "dockerComposeFile", "compose.yaml");
	cJSON_AddStringToObject(o, "service", "main");
	workspace(c, NULL, o);
	cJSON_AddBoolToObject(o, "updateRemoteUserUID", c->s->of_image.as_host);
	cJSON_AddBoolToObject(o, "overrideCommand", true);
}

char *convert_devcontainer(struct conversion *c)
{
	AUTO_JSON cJSON *root = cJSON_CreateObject(), *rest = cJSON_CreateObject();
	AUTO_STRV struct strv head = {0};
	AUTO_FREE char *name = plan_stem(c->p);
	struct buf b = {0};
	cJSON *v;

	if (c->s->n_services)
		beside_others(c, rest);
	else
		alone(c, rest);
	prepare(c, rest);
	program(c);
	lost_of(c, 0);
	if (c->p->about)
		strv_add(&head, c->p->about);
	strv_addf(&head, "By cnnrun export devcontainer %s", c->shown);
	for (size_t i = 0; i < c->lost.n; i++)
		strv_add(&head, c->lost.v[i]);
	tree_remarks(root, &head, 0);
	cJSON_AddStringToObject(root, "name", name);
	while ((v = rest->child))
		cJSON_AddItemToObject(
			root, v->string, cJSON_DetachItemViaPointer(rest, v));
	tree_json(&b, root);
	return buf_take(&b);
}
