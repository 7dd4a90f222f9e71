/* SPDX-License-Identifier: MIT */
#include "launch/box/box.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "launch/box/name.h"
#include "launch/carry/carry.h"
#include "launch/files/whose.h"
#include "launch/ledger/owner.h"
#include "launch/own.h"
#include "launch/resolve/resolve.h"
#include "launch/service/kept.h"

static bool same_label(const struct container_item *c, const char *key, const char *value)
{
	const char *its = kvs_get(&c->labels, key);

	return its && !strcmp(its, value ? value : "");
}

static void forget(struct box *b)
{
	free(b->id);
	free(b->image_id);
	free(b->state);
	kvs_free(&b->labels);
	container_list_free(&b->services);
	b->id = b->image_id = b->state = NULL;
}

/* b->id is NULL where this user has no such box. */
static int look(struct box *b, struct err *e)
{
	AUTO_LIST struct container_list l = {0};

	forget(b);
	if (own_list(b->g, true, &l, NULL, e) < 0)
		return -1;
	for (size_t i = 0; i < l.n; i++) {
		struct container_item *c = &l.v[i];

		if (strcmp(c->name, b->name) != 0)
			continue;
		if (!own_is_box(c) || !same_label(c, LABEL_PROFILE, b->s->profile) ||
			!same_label(c, LABEL_PROJECT, b->s->project))
			return err_set(e, 409,
				"the container %s is not this profile's box; choose "
				"another name",
				b->name);
		b->id = xstrdup(c->id);
		b->image_id = xstrdup(own_image_id(c));
		b->state = xstrdup(c->state);
		b->labels = c->labels;
		c->labels = (struct kvs){0};
		own_beside_box(&l, kvs_get(&b->labels, LABEL_LAUNCH), &b->services);
		return 0;
	}
	return 0;
}

/* The kernel takes it away from whoever dies. */
static int lock(struct box *b, struct err *e)
{
	AUTO_FREE char *dir = xdg_path("STATE", "box");
	AUTO_FREE char *path = xasprintf("%s/%s", dir, b->name);

	if (dir_make(dir, 0700, e) < 0)
		return -1;
	b->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (b->lock < 0)
		return err_errno(e, "%s", path);
	if (flock(b->lock, LOCK_EX | LOCK_NB) == 0)
		return 0;
	log_info("waiting for another cnnrun, which makes the box %s", b->name);
	return flock(b->lock, LOCK_EX) < 0 ? err_errno(e, "lock %s", path) : 0;
}

static int remove_old(struct box *b, struct err *e)
{
	carry_again(b->g, b->name, &b->labels, CARRY_REMOVE, box_news(b), b->h->news_end);
	if (box_remove(b->g, b->id, &b->labels, true, e) < 0)
		return err_wrap(e, "box %s", b->name);
	forget(b);
	return 0;
}

static int on_box(void *ctx, struct launching *l, struct err *e)
{
	struct box *b = ctx;

	if (box_prepare(b, l->id, e) < 0 || services_keep(l->services, b->name, e) < 0)
		return -1;
	if (container_rename(b->g, l->id, b->name, e) < 0) {
		if (e->code == 409)
			own_name_free(b->g, b->name, e);
		return -1;
	}
	b->id = xstrdup(l->id);
	b->state = xstrdup("running");
	kvs_free(&b->labels);
	for (size_t i = 0; i < b->s->set.labels.n; i++)
		kvs_set(&b->labels, b->s->set.labels.v[i].key,
			b->s->set.labels.v[i].value);
	return 0;
}

/* What is left of one that was killed may be there for some seconds yet. */
static int begin_making(struct box *b, struct err *e)
{
	AUTO_FREE char *making = NULL;
	char digest[DIGEST_HEX];
	unsigned r = 0;

	if (own_name_free(b->g, b->name, e) < 0)
		return -1;
	if (getrandom(&r, sizeof r, 0) != sizeof r)
		r = (unsigned)getpid();
	making = xasprintf("%s" BOX_MAKING "%06x", b->name, r & 0xffffff);
	resolve_rename(b->s, making);
	box_digest(b->r->plan, b->s, digest);
	kvs_set(&b->s->set.labels, LABEL_BOX, digest);
	for (size_t i = 0; i < b->s->n_services; i++)
		kvs_set(&b->s->services[i].set.labels, LABEL_BOX, digest);
	if (b->h->events)
		b->events = *b->h->events;
	b->events.on_box = on_box;
	b->events.box = b;
	return 0;
}

/* Whoever enters it can do what it can do, which the profile of then was granted. */
static int allow_box(const struct box *b, struct err *e)
{
	const char *text = kvs_get(&b->labels, LABEL_RIGHTS);
	AUTO_JSON cJSON *list = text ? json_parse(text, strlen(text), e) : NULL;
	AUTO_RIGHTS struct rights its = {0};

	if (!list)
		return err_set(e, EINVAL,
			"the box %s does not say what it may do; " FRESH, b->name);
	if (rights_parse(list, &its, e) < 0)
		return -1;
	return allow(&its, b->r->src, &b->h->consent, e);
}

static int make_none(void *ctx, char **id, struct err *e)
{
	(void)ctx;
	(void)id;
	return err_set(e, ENOENT, "nothing is noted of it");
}

/* Whose the cookie is to be, where the image says who that is: as it said when the box
 * was made. */
static void settle(const struct box *b)
{
	struct image_look look = {.g = b->g,
		.image = b->s->image,
		.image_id = b->image_id,
		.make = make_none};
	struct err e = {0};

	if (whose_is_open(b->s) && whose_settle(&look, b->s, &e) < 0)
		log_debug("the users of the image of box %s: %s", b->name, e.msg);
	image_look_end(&look);
}

static bool rests(const struct box *b)
{
	bool any = false;

	for (size_t i = 0; i < b->services.n; i++)
		any |= strcmp(b->services.v[i].state, "running") != 0;
	return any;
}

static int use(struct box *b, struct err *e)
{
	bool runs;

	if (allow_box(b, e) < 0)
		return -1;
	carry_again(b->g, b->name, &b->labels, CARRY_ENTER, box_news(b), b->h->news_end);
	box_say_changes(b);
	settle(b);
	if (!strcmp(b->state, "running") && !rests(b))
		return 0;
	if (!strcmp(b->state, "paused"))
		return err_set(e, 409, "the box %s is paused; docker unpause %s", b->name,
			b->name);
	runs = !strcmp(b->state, "running");
	if (box_start(b->g, b->id, b->name, &b->labels, runs, e) < 0)
		return -1;
	if (!runs && b->h->events && b->h->events->on_start)
		b->h->events->on_start(b->h->events->ctx, b->id);
	return 0;
}

int box_open(struct box *b, struct engine *g, const struct run_request *r,
	const struct run_hooks *h, struct resolved *s, struct err *e)
{
	*b = (struct box){.g = g, .r = r, .h = h, .s = s, .lock = -1};
	b->name = xstrdup(s->set.name);
	if (look(b, e) < 0)
		return -1;
	if (!b->id || r->fresh) {
		if (lock(b, e) < 0 || look(b, e) < 0)
			return -1;
		if (b->id && r->fresh && remove_old(b, e) < 0)
			return -1;
	}
	return b->id ? use(b, e) : begin_making(b, e);
}

void box_unlock(struct box *b)
{
	if (b->lock >= 0)
		close(b->lock);
	b->lock = -1;
}

void box_close(struct box *b)
{
	box_unlock(b);
	forget(b);
	free(b->name);
	*b = (struct box){.lock = -1};
}
