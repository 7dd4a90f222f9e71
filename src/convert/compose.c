/* SPDX-License-Identifier: MIT */
/* export compose: keys that Debian 12's docker-compose has as well. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "convert/compose.h"
#include "convert/convert.h"
#include "convert/build.h"
#include "convert/lost.h"
#include "convert/ready.h"
#include "convert/tree.h"

static const struct plan *plan_of(const struct conversion *c, size_t i)
{
	return i ? &c->p->services[i - 1] : c->p;
}

static void build(struct conversion *c, const struct plan *p, cJSON *o)
{
	const struct plan_build *b = &p->build;
	AUTO_KVS struct kvs args = {0};
	AUTO_FREE char *context = NULL, *dir = NULL, *file = NULL;
	cJSON *to, *list;
	size_t had = c->lost.n;

	to = cJSON_AddObjectToObject(o, "build");
	if (b->n_secrets || b->contexts.n || b->ssh || b->cache_to || b->platform ||
		b->pull || b->no_cache)
		strv_add(&c->lost, "of the build not its secrets, further contexts, "
				   "agent, platform and cache: docker build takes them, "
				   "see cnnrun export docker");
	tree_remarks(to, &c->lost, had);
	dir = plan_path(p, b->context ? b->context : ".");
	context = *dir == '/' ? xstrdup(dir) : xasprintf("\1project\2/%s", dir);
	if (!strcmp(dir, "."))
		str_set(&context, "\1project\2");
	compose_text(c, to, "context", context);
	if (b->dockerfile) {
		file = plan_path_from(p, b->context ? b->context : ".", b->dockerfile);
		compose_text(c, to, "dockerfile", file);
	}
	compose_text(c, to, "target", b->target);
	compose_text(c, to, "network", b->network);
	docker_build_arguments(p, &args);
	compose_kvs(c, to, "args", &args);
	compose_kvs(c, to, "labels", &b->labels);
	list = b->cache_from.n ? cJSON_AddArrayToObject(to, "cache_from") : NULL;
	for (size_t i = 0; i < b->cache_from.n; i++)
		cJSON_AddItemToArray(list, compose_string(c, b->cache_from.v[i]));
}

static void image(struct conversion *c, size_t i, cJSON *o)
{
	const struct plan *p = plan_of(c, i);

	if (p->build.wanted)
		build(c, p, o);
	compose_text(c, o, "image", p->build.wanted ? p->build.tag : p->image);
	if (!p->build.wanted && p->pull != PULL_MISSING)
		cJSON_AddStringToObject(
			o, "pull_policy", p->pull == PULL_ALWAYS ? "always" : "never");
}

static void health(struct conversion *c, const struct resolved *s, cJSON *o)
{
	AUTO_STRV struct strv words = {0};
	AUTO_FREE char *interval = NULL;
	cJSON *check, *test;
	double each = s->ready.interval > 0 ? s->ready.interval : 1;

	ready_command(&s->ready, &words);
	if (!words.n)
		return;
	check = cJSON_AddObjectToObject(o, "healthcheck");
	test = cJSON_AddArrayToObject(check, "test");
	cJSON_AddItemToArray(test, cJSON_CreateString("CMD"));
	for (size_t i = 0; i < words.n; i++)
		cJSON_AddItemToArray(test, compose_string(c, words.v[i]));
	interval = xasprintf("%.3gs", each);
	cJSON_AddStringToObject(check, "interval", interval);
	cJSON_AddNumberToObject(
		check, "retries", (int)((double)ready_seconds(&s->ready) / each + 0.999));
}

static void after(const struct resolved *one, cJSON *o)
{
	AUTO_STRV struct strv words = {0};

	ready_command(&one->ready, &words);
	cJSON_AddStringToObject(cJSON_AddObjectToObject(o, one->service), "condition",
		words.n ? "service_healthy" : "service_started");
}

static void depends(const struct conversion *c, size_t i, cJSON *o)
{
	const struct resolved *all = c->s;
	const struct strv *own = i ? &all->services[i - 1].after : NULL;
	cJSON *list;

	if (i ? !own->n : !all->n_services)
		return;
	list = cJSON_AddObjectToObject(o, "depends_on");
	for (size_t k = 0; k < all->n_services; k++)
		if (!i || strv_has(own, all->services[k].service))
			after(&all->services[k], list);
}

static void not_ready(struct conversion *c, const struct resolved *s)
{
	if (s->ready.log)
		strv_addf(&c->lost,
			"ready by a line that it prints: nothing waits for \"%s\"",
			s->ready.log);
	else if (s->service && !s->ready.has_command && !s->ready.port && !s->ready.http)
		strv_add(&c->lost, "ready by its image's health check, if it has one: "
				   "nothing waits for it");
}

static void box(struct conversion *c, const struct resolved *s, cJSON *o)
{
	AUTO_FREE char *words = NULL;

	cJSON_AddItemToObject(o, "entrypoint", cJSON_Parse("[\"sleep\"]"));
	cJSON_AddItemToObject(o, "command", cJSON_Parse("[\"infinity\"]"));
	words = strv_join(&s->set.command, " ");
	strv_addf(&c->lost, "a box stays: enter it by docker-compose exec main %s",
		*words ? words : "sh");
	for (size_t i = 0; i < s->set.n_prepare; i++) {
		AUTO_FREE char *line = strv_join(&s->set.prepare[i].command, " ");

		strv_addf(&c->lost, "once, by hand: docker-compose exec %smain %s",
			s->set.prepare[i].user == PREPARE_ROOT ? "-u 0 " : "", line);
	}
}

static cJSON *service(struct conversion *c, size_t i)
{
	const struct resolved *s = i ? &c->s->services[i - 1] : c->s;
	size_t had = c->lost.n;
	cJSON *o = cJSON_CreateObject(), *rest = cJSON_CreateObject(), *v;

	image(c, i, rest);
	compose_settings(c, plan_of(c, i), s, rest);
	if (s->set.box)
		box(c, s, rest);
	health(c, s, rest);
	depends(c, i, rest);
	not_ready(c, s);
	lost_of(c, i);
	tree_remarks(o, &c->lost, had);
	while ((v = rest->child))
		cJSON_AddItemToObject(o, v->string, cJSON_DetachItemViaPointer(rest, v));
	cJSON_Delete(rest);
	return o;
}

static void volumes(const struct conversion *c, cJSON *root)
{
	cJSON *list = cJSON_CreateObject();

	for (size_t i = 0; i <= c->s->n_services; i++) {
		const struct resolved *s = i ? &c->s->services[i - 1] : c->s;

		for (size_t k = 0; k < s->n_mounts; k++) {
			const struct resolved_mount *m = &s->mounts[k];
			cJSON *o;

			if (m->type != MOUNT_VOLUME || json_get(list, m->source))
				continue;
			o = cJSON_AddObjectToObject(list, m->source);
			cJSON_AddItemToObject(o, "name", compose_string(c, m->source));
			compose_kvs(c, o, "labels", &m->labels);
		}
	}
	json_put_some(root, "volumes", list);
}

static void networks(const struct conversion *c, cJSON *root)
{
	cJSON *list = cJSON_CreateObject();

	for (size_t i = 0; i <= c->s->n_services; i++) {
		const struct resolved *s = i ? &c->s->services[i - 1] : c->s;
		const char *name = s->set.network;
		cJSON *o;

		if (!compose_network_is_named(s) || json_get(list, name))
			continue;
		o = cJSON_AddObjectToObject(list, name);
		cJSON_AddBoolToObject(o, "external", true);
		cJSON_AddItemToObject(o, "name", compose_string(c, name));
	}
	json_put_some(root, "networks", list);
}

char *convert_compose(struct conversion *c)
{
	AUTO_JSON cJSON *root = cJSON_CreateObject();
	AUTO_STRV struct strv head = {0};
	struct buf b = {0};
	cJSON *all;

	if (c->p->about)
		strv_add(&head, c->p->about);
	strv_addf(&head, "By cnnrun export compose %s", c->shown);
	strv_add(&head, c->s->set.detach
				? "docker-compose up -d"
				: "docker-compose run --rm --service-ports main");
	if (c->p->user.mode == USER_HOST && c->s->has_user)
		strv_add(&head, "You are another user? UID=$(id -u) and GID=$(id -g) go "
				"into .env");
	tree_remarks(root, &head, 0);
	all = cJSON_AddObjectToObject(root, "services");
	cJSON_AddItemToObject(all, "main", service(c, 0));
	for (size_t i = 0; i < c->s->n_services; i++)
		cJSON_AddItemToObject(all, c->s->services[i].service, service(c, i + 1));
	volumes(c, root);
	networks(c, root);
	tree_yaml(&b, root);
	return buf_take(&b);
}
