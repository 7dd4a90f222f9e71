/* SPDX-License-Identifier: MIT */
#include "launch/own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/printable.h"
#include "host/user.h"
#include "launch/ledger/mark.h"

static int newest_first(const void *a, const void *b)
{
	const struct container_item *x = a, *y = b;

	return (x->created < y->created) - (x->created > y->created);
}

bool own_is_service(const struct container_item *c)
{
	return mark_service(c);
}

/* "box/db" of "box-db" */
static void name_service(struct container_item *c)
{
	const char *service = mark_service(c);
	size_t n = c->name ? strlen(c->name) : 0, k = service ? strlen(service) : 0;

	if (k && n > k + 1 && !strcmp(c->name + n - k, service) &&
		c->name[n - k - 1] == '-')
		c->name[n - k - 1] = '/';
}

static void sort(struct container_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		name_service(&l->v[i]);
	if (l->n)
		qsort(l->v, l->n, sizeof *l->v, newest_first);
}

int own_list(struct engine *g, bool all, struct container_list *out,
	struct container_list *unmarked, struct err *e)
{
	char label[64];

	snprintf(label, sizeof label, LABEL_UID "=%u", (unsigned)getuid());
	if (container_list(g, label, all, out, e) < 0)
		return -1;
	mark_select(out, unmarked);
	sort(out);
	return 0;
}

int own_list_everybody(
	struct engine *g, bool all, struct container_list *out, struct err *e)
{
	if (container_list(g, LABEL_CNNRUN "=1", all, out, e) < 0)
		return -1;
	sort(out);
	return 0;
}

const struct container_item *own_match(const struct container_list *l, const char *name)
{
	const struct container_item *found = NULL;

	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].name && !strcmp(l->v[i].name, name))
			return &l->v[i];
	for (size_t i = 0; i < l->n && *name; i++) {
		if (strncmp(l->v[i].id, name, strlen(name)) != 0)
			continue;
		if (found)
			return NULL;
		found = &l->v[i];
	}
	return found;
}

static bool has_box_label(const struct kvs *labels)
{
	const char *digest = kvs_get(labels, LABEL_BOX);

	return digest && *digest;
}

void own_beside_box(
	struct container_list *l, const char *launch, struct container_list *out)
{
	out->v = xcalloc(l->n, sizeof *l->v);
	for (size_t i = 0; i < l->n; i++) {
		const char *its = kvs_get(&l->v[i].labels, LABEL_LAUNCH);

		if (!own_is_beside_box(&l->v[i]) || !its || !launch ||
			strcmp(its, launch) != 0)
			continue;
		out->v[out->n++] = l->v[i];
		l->v[i] = (struct container_item){0};
	}
}

const char *own_image_id(const struct container_item *c)
{
	const char *base = kvs_get(&c->labels, LABEL_BASE);

	return base && *base ? base : c->image_id;
}

bool own_has_services(const struct kvs *labels)
{
	const char *service = kvs_get(labels, LABEL_SERVICE);

	return has_box_label(labels) && !(service && *service);
}

bool own_is_box(const struct container_item *c)
{
	return has_box_label(&c->labels) && !mark_service(c) &&
	       !strstr(c->name, BOX_MAKING);
}

bool own_is_beside_box(const struct container_item *c)
{
	return has_box_label(&c->labels) && mark_service(c);
}

/* Who made it, as far as its labels tell. */
static void add_holder(struct buf *b, const struct container_state *c)
{
	const char *profile = kvs_get(&c->labels, LABEL_PROFILE);
	const char *uid = kvs_get(&c->labels, LABEL_UID);
	AUTO_FREE char *user = NULL;

	if (!kvs_get(&c->labels, LABEL_MARK) || !uid) {
		buf_adds(b, "a container that cnnrun did not make");
		return;
	}
	buf_addf(b, "%s of ", has_box_label(&c->labels) ? "the box" : "a container");
	if (strtoul(uid, NULL, 10) != getuid()) {
		user = host_user_name((uid_t)strtoul(uid, NULL, 10));
		buf_addf(b, "the user %s", user ? user : uid);
	} else {
		buf_adds(b, profile && *profile ? profile : "a profile");
	}
	str_printable(&b->p);
	b->n = strlen(b->p);
}

int own_name_free(struct engine *g, const char *name, struct err *e)
{
	AUTO_STATE struct container_state c = {0};
	AUTO_BUF struct buf who = {0};
	const char *uid, *docker = engine_info(g)->name;
	bool found = false, mine;

	if (container_inspect(g, name, &c, &found, NULL) < 0 || !found)
		return 0;
	add_holder(&who, &c);
	uid = kvs_get(&c.labels, LABEL_UID);
	mine = kvs_get(&c.labels, LABEL_MARK) && uid &&
	       strtoul(uid, NULL, 10) == getuid();
	err_set(e, 409, "the name %s is taken, by %s", name, who.p);
	if (!mine || !c.running)
		err_hint(e, "take another with --name, or remove it: %s rm %s%s", docker,
			c.running ? "-f " : "", c.name);
	else
		err_hint(e,
			"enter that: cnnrun %s %s, end it: cnnrun stop %s, or take "
			"another with --name",
			has_box_label(&c.labels) ? "enter" : "exec", c.name, c.name);
	return -1;
}

int own_name_taken(struct engine *g, const char *name, struct err *e)
{
	if (own_name_free(g, name, e) < 0)
		return -1;
	return err_set(e, 409,
		"the name %s is taken, by a container that is being made; take another: "
		"c:name in the profile, or --name",
		name);
}
