/* SPDX-License-Identifier: MIT */
/* user: the numbers the engine gets and the entry the container's passwd file gets. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "launch/ids.h"
#include "launch/resolve/resolve.h"

static void add_identity_group(struct resolved_identity *i, const char *name, gid_t gid)
{
	for (size_t k = 0; k < i->n_groups; k++)
		if (i->groups[k].gid == gid)
			return;
	i->groups = xrealloc(i->groups, (i->n_groups + 1) * sizeof *i->groups);
	i->groups[i->n_groups++] = (struct resolved_group){xstrdup(name), gid};
}

/* Rootless engines map their root to the user who runs them. */
static void root_is_me(struct resolved *s)
{
	s->uid = 0;
	s->gid = 0;
	kvs_set(&s->env, "HOME", "/root");
	kvs_set(&s->env, "USER", "root");
}

/* Your own numbers have to be those of your files, whatever the engine makes of users. */
static void map_me(struct resolving *r)
{
	if (r->facts->users == USERS_KEEP_ID)
		str_set(&r->s->userns, "keep-id");
	else if (r->facts->users == USERS_SHIFTED)
		str_set(&r->s->userns, "host");
}

static void host_user(struct resolving *r)
{
	struct resolved *s = r->s;
	struct resolved_identity *i = &s->identity;
	const struct engine_facts *f = r->facts;

	s->has_user = true;
	s->uid = r->me.uid;
	s->gid = r->me.gid;
	s->root_is_you = engine_is_rootless(f) && r->me.uid != 0;
	if (r->me.uid == 0 || f->users == USERS_ROOT_IS_YOU) {
		root_is_me(s);
		return;
	}
	map_me(r);
	i->wanted = true;
	i->uid = s->uid;
	i->gid = s->gid;
	i->name = xstrdup(r->me.name);
	i->gecos = xstrdup(r->me.gecos);
	i->group = xstrdup(r->me.group);
	i->home = xasprintf("/home/%s", r->me.name);
}

static void explicit_user(struct resolving *r)
{
	const struct plan_user *u = &r->p->user;
	struct resolved *s = r->s;
	struct resolved_identity *i = &s->identity;
	bool mine;

	s->has_user = true;
	s->uid = u->uid;
	s->gid = u->gid;
	mine = u->uid == r->me.uid && r->me.uid != 0;
	s->root_is_you = mine && engine_is_rootless(r->facts);
	if (u->uid == 0 || (mine && r->facts->users == USERS_ROOT_IS_YOU)) {
		root_is_me(s);
		return;
	}
	if (mine)
		map_me(r);
	rights_add_uid(r->rights, &r->me, u->uid);
	rights_add_gid(r->rights, &r->me, u->gid);
	if (!u->name)
		return;
	i->wanted = true;
	i->uid = u->uid;
	i->gid = u->gid;
	i->name = xstrdup(u->name);
	i->gecos = xstrdup("");
	i->group = xstrdup(u->name);
	i->home = xasprintf("/home/%s", u->name);
}

/* Its number there is another one. */
static int far_group(struct resolving *r, const char *name, struct err *e)
{
	AUTO_FREE char *what = xasprintf("the group %s", name);

	if (strspn(name, "0123456789") == strlen(name))
		return 0;
	return resolve_elsewhere(
		r, "user", what, false, "name it by its number over there", e);
}

static int groups(struct resolving *r, struct err *e)
{
	const struct plan_user *u = &r->p->user;

	for (size_t i = 0; i < u->groups.n; i++) {
		struct host_group g = {0};

		if (far_group(r, u->groups.v[i], e) < 0)
			return -1;
		if (host_group_find(u->groups.v[i], &g, e) < 0)
			return plan_fail(r->p, "user", e);
		resolved_add_group(r->s, g.gid);
		rights_add(r->rights, RIGHT_GROUP, u->groups.v[i]);
		if (r->s->identity.wanted && g.name)
			add_identity_group(&r->s->identity, g.name, g.gid);
		free(g.name);
	}
	return 0;
}

/* A home that nothing is mounted on is made in the container, as the user's. */
static void own_home(struct resolving *r)
{
	struct resolved_identity *i = &r->s->identity;

	if (r->p->home_target)
		str_set(&i->home, r->p->home_target);
	kvs_set(&r->s->env, "HOME", i->home);
	kvs_set(&r->s->env, "USER", i->name);
	kvs_set(&r->s->env, "LOGNAME", i->name);
	if (!r->p->home)
		resolved_add_file(r->s, i->home, NULL, 0, 0755, i->uid, i->gid);
}

/* Whoever is root anyway may use the files of any uid. */
static int image_user(struct resolving *r, struct err *e)
{
	const struct plan_user *u = &r->p->user;
	struct resolved *s = r->s;

	s->of_image.wanted = true;
	str_set(&s->of_image.name, u->name);
	s->of_image.as_host = u->as_host && r->me.uid != 0;
	if (r->p->home && !r->p->home_target && u->name)
		kvs_setf(&s->env, "HOME", strcmp(u->name, "root") ? "/home/%s" : "/%s",
			u->name);
	else if (r->p->home && !r->p->home_target && s->of_image.as_host)
		kvs_setf(&s->env, "HOME", "/home/%s", r->me.name);
	if (!s->of_image.as_host || r->facts->users == USERS_KEEP_ID)
		return 0;
	if (r->facts->users == USERS_ROOT_IS_YOU) {
		err_set(e, 0,
			"this engine is rootless and can give your uid to root alone; "
			"use c:user \"root\", who is you there");
		return plan_fail(r->p, "user", e);
	}
	s->has_user = true;
	s->uid = r->me.uid;
	s->gid = r->me.gid;
	if (r->facts->users == USERS_SHIFTED)
		str_set(&s->userns, "host");
	return 0;
}

/* A program that starts as root and becomes you finds you under your own number. */
static void become_host(struct resolving *r)
{
	struct resolved *s = r->s;

	s->owner = (struct resolved_owner){
		.known = true, .uid = r->me.uid, .gid = r->me.gid};
	if (r->me.uid != 0)
		map_me(r);
}

static void find_owner(struct resolving *r)
{
	const char *becomes = r->p->user.becomes;
	struct resolved *s = r->s;

	if (becomes && !strcmp(becomes, "host"))
		become_host(r);
	else if (becomes)
		str_set(&s->owner.name, becomes);
	else if (s->has_user)
		s->owner = (struct resolved_owner){
			.known = true, .uid = s->uid, .gid = s->gid};
}

void resolve_own(struct resolving *r, struct resolved_mount *tmpfs)
{
	tmpfs->uid = r->s->owner.uid;
	tmpfs->gid = r->s->owner.gid;
	tmpfs->owned = true;
}

/* Its containers are in a user namespace that may not mount the machine's /proc. */
static int check_pid(const struct resolving *r, struct err *e)
{
	const char *pid = r->p->set.pid;

	if (!pid || strcmp(pid, "host") != 0 || r->facts->users != USERS_ROOT_IS_YOU)
		return 0;
	err_set(e, ENOTSUP,
		"this engine is rootless and cannot show a container the machine's "
		"processes; go without c:pid, or use an engine that runs as root");
	return plan_fail(r->p, "pid", e);
}

static int choose(struct resolving *r, struct err *e)
{
	switch (r->p->user.mode) {
	case USER_IMAGE:
		if (image_user(r, e) < 0)
			return -1;
		break;
	case USER_ROOT:
		r->s->has_user = true;
		root_is_me(r->s);
		break;
	case USER_HOST:
		host_user(r);
		break;
	case USER_EXPLICIT:
		explicit_user(r);
		break;
	}
	return 0;
}

/* What a user that was typed asks for is granted. */
static int as_typed(struct resolving *r, struct err *e)
{
	AUTO_RIGHTS struct rights asked = {0};
	struct rights *all = r->rights;
	int rc;

	r->rights = &asked;
	rc = choose(r, e);
	r->rights = all;
	rights_add_typed(all, &asked);
	return rc;
}

int resolve_user(struct resolving *r, struct err *e)
{
	if (check_pid(r, e) < 0 || (r->p->set.typed.user ? as_typed : choose)(r, e) < 0)
		return -1;
	find_owner(r);
	if (r->s->identity.wanted)
		own_home(r);
	return groups(r, e);
}
