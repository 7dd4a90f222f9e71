/* SPDX-License-Identifier: MIT */
/* What a build was given, as the engine's session takes it: read when it is sent, and
 * forgotten with it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "build/given.h"
#include "engine/registry/docker_config.h"
#include "launch/allow.h"
#include "launch/image/building.h"
#include "plan/checks.h"

enum { API_CONTEXTS = 42 }; /* Docker 23 */

static bool may_login(void *ctx, const char *registry)
{
	struct building *w = ctx;
	AUTO_RIGHTS struct rights wanted = {0}, missing = {0};

	if (!w->who)
		return true;
	rights_add(&wanted, RIGHT_LOGIN, registry);
	allow_missing(&wanted, w->who->src, &missing);
	if (missing.n && !strv_has(&w->refused, registry))
		strv_add(&w->refused, registry);
	return !missing.n;
}

static int walk_tree(void *ctx, int (*each)(void *to, const struct build_tree_entry *t),
	void *to, struct err *e)
{
	const struct given_tree *t = ctx;
	struct walk_entry w;
	struct walk *walk;
	int got;

	if (walk_open(&t->root, &t->ignore, false, &walk, e) < 0)
		return -1;
	while ((got = walk_next(walk, &w, e)) > 0) {
		AUTO_FREE char *link = NULL;
		struct build_tree_entry entry = {.path = w.path, .st = &w.st};

		if (S_ISLNK(w.st.st_mode) && !(link = walk_read_link(&w, e))) {
			got = -1;
			break;
		}
		entry.link = link;
		if ((got = each(to, &entry)) < 0)
			break;
	}
	walk_free(walk);
	return got;
}

/* Is there a login for what only the build itself can pull? */
static bool wants_login(const struct building *w, const struct offering *o)
{
	AUTO_FREE char *reader = o->reach.syntax ? registry_login(o->reach.syntax) : NULL;
	bool wanted = reader != NULL;

	for (size_t i = 0; i < o->images.n; i++) {
		AUTO_FREE char *login = registry_login(o->images.v[i]);

		wanted |= login != NULL;
	}
	return wanted && image_buildkit(w->g);
}

/* Where the reader of Dockerfiles knows no contexts, it would take their names for images
 * of a registry, which anybody may have put there. */
static int check_contexts(
	const struct building *w, const struct offering *o, struct err *e)
{
	if (!w->b.contexts.n || o->reach.syntax || !image_buildkit(w->g) ||
		engine_info(w->g)->api_minor >= API_CONTEXTS)
		return 0;
	err_set(e, ENOTSUP, "contexts = { %s = … }: Docker before 23 does not know them",
		w->b.contexts.v[0].key);
	return err_hint(e, "where it reaches a registry, begin the Dockerfile with: # "
			   "syntax=docker/dockerfile:1");
}

static int add_secrets(const struct build_given *given, struct offering *o, struct err *e)
{
	struct build_secret *v = xcalloc(given->n_secrets, sizeof *v);

	o->offer.secrets = o->secrets = v;
	o->values = xcalloc(given->n_secrets, sizeof *o->values);
	for (size_t i = 0; i < given->n_secrets; i++) {
		struct buf *value = &o->values[o->offer.n_secrets++];

		if (given_secret_read(&given->secrets[i], value, e) < 0)
			return -1;
		v[i] = (struct build_secret){
			given->secrets[i].id, buf_str(value), value->n};
	}
	return 0;
}

static void add_trees(const struct build_given *given, struct offering *o)
{
	struct build_tree *v = xcalloc(given->n_trees, sizeof *v);

	o->offer.trees = o->trees = v;
	o->offer.n_trees = given->n_trees;
	for (size_t i = 0; i < given->n_trees; i++)
		v[i] = (struct build_tree){given->trees[i].name, given->trees[i].root.fd,
			walk_tree, &given->trees[i]};
}

static bool is_dir(const char *cache)
{
	return cache && cache_is_directory(cache);
}

static void add_cache(struct offering *o, int dir, const char *path, bool writes)
{
	struct build_cache *c = &o->caches[o->offer.n_caches];

	*c = (struct build_cache){.path = path, .dir = dir, .writes = writes};
	snprintf(c->id, sizeof c->id, "%zu", o->offer.n_caches++);
}

static int add_caches(const struct plan_build *b, const struct build_given *given,
	struct offering *o, struct err *e)
{
	int dir;

	o->offer.caches = o->caches = xcalloc(given->n_from + 1, sizeof *o->caches);
	for (size_t i = 0; i < given->n_from; i++)
		add_cache(o, given->from[i].dir.fd, given->from[i].dir.path, false);
	if (!is_dir(b->cache_to))
		return 0;
	dir = given_cache_make(given, e);
	if (dir < 0)
		return -1;
	add_cache(o, dir, b->cache_to, true);
	return 0;
}

int offer_make(struct building *w, struct offering *o, struct err *e)
{
	const struct build_given *given = &w->in->given;

	bool dirs = is_dir(w->b.cache_to);

	*o = (struct offering){.offer = {.cache_to = dirs ? NULL : w->b.cache_to,
				       .images = &given->images,
				       .agent = given->agent,
				       .may_login = may_login,
				       .ctx = w}};
	if (w->b.ssh && given->agent < 0) {
		err_set(e, ENOENT, "ssh = true, and this session has no SSH agent");
		return err_hint(e, "start one: eval \"$(ssh-agent)\" && ssh-add");
	}
	build_reach_read(buf_str(&w->in->text), w->in->text.n, &o->reach);
	for (size_t i = 0; i < w->b.cache_from.n; i++)
		if (is_dir(w->b.cache_from.v[i]))
			dirs = true;
		else
			strv_add(&o->images, w->b.cache_from.v[i]);
	o->wanted = dirs || given->n_secrets || w->b.contexts.n || w->b.ssh ||
		    w->b.cache_to || building_platforms(w) || wants_login(w, o);
	add_trees(given, o);
	if (check_contexts(w, o, e) < 0 || add_caches(&w->b, given, o, e) < 0)
		return -1;
	return add_secrets(given, o, e);
}

void offer_free(struct offering *o)
{
	for (size_t i = 0; i < o->offer.n_secrets; i++) {
		if (o->values[i].p)
			explicit_bzero(o->values[i].p, o->values[i].n);
		buf_free(&o->values[i]);
	}
	free(o->values);
	for (size_t i = 0; i < o->offer.n_caches; i++)
		if (o->caches[i].writes)
			close(o->caches[i].dir);
	free(o->caches);
	strv_free(&o->images);
	build_reach_free(&o->reach);
	free(o->secrets);
	free(o->trees);
}
