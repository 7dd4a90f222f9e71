/* SPDX-License-Identifier: MIT */
#include "launch/files/whose.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "host/passwd.h"
#include "launch/files/identity.h"
#include "launch/image/home_image.h"

struct settling {
	struct image_look *k;
	struct resolved *s;
	char *passwd, *group; /* the image's, NULL = it has none */
	enum engine_users users;
};

bool whose_is_open(const struct resolved *s)
{
	bool open = s->x.cookie_path || s->x.access == X_LOCALUSER ||
		    s->x.xhost == XHOST_USER;

	if (s->of_image.name || s->of_image.as_host)
		return true;
	if (s->owner.known)
		return s->of_image.wanted && s->userns; /* which has a user of its own */
	for (size_t i = 0; i < s->n_mounts; i++)
		open |= s->mounts[i].owned || s->mounts[i].type == MOUNT_VOLUME;
	for (size_t i = 0; i < s->n_files; i++)
		open |= s->files[i].owned;
	return open;
}

static bool is_number(const char *s, unsigned *out)
{
	char *end;
	unsigned long v = strtoul(s, &end, 10);

	*out = (unsigned)v;
	return *s >= '0' && *s <= '9' && !*end && v < ID_NONE;
}

static int no_such(
	const struct settling *t, const char *what, const char *who, struct err *e)
{
	return err_set(e, 0,
		"the image %s has no %s %s in its /etc/%s; see: cnnrun "
		"PROFILE -- cat /etc/%s",
		t->s->image, what, who, !strcmp(what, "user") ? "passwd" : what,
		!strcmp(what, "user") ? "passwd" : what);
}

/* As engines read it: "USER", "USER:GROUP", names or numbers. */
static int find(const struct settling *t, const char *words, struct passwd_entry *out,
	struct err *e)
{
	AUTO_FREE char *who = xstrdup(words && *words ? words : "0");
	char *group = strchr(who, ':');
	unsigned number = 0;

	if (group)
		*group++ = 0;
	if (!passwd_find(t->passwd, *who ? who : "0", out)) {
		if (strcmp(who, "root") != 0 && !is_number(who, &number))
			return no_such(t, "user", who, e);
		*out = (struct passwd_entry){.name = xasprintf("u%u", number),
			.gecos = xstrdup(""),
			.home = xstrdup(number ? "/" : "/root"),
			.shell = xstrdup("/bin/sh"),
			.uid = number};
	}
	if (!group || !*group || group_find(t->group, group, &out->gid, NULL))
		return 0;
	if (!is_number(group, &number))
		return no_such(t, "group", group, e);
	out->gid = number;
	return 0;
}

static void run_as(struct resolved *s, const struct passwd_entry *who)
{
	s->has_user = true;
	s->uid = who->uid;
	s->gid = who->gid;
}

static bool is_mounted(const struct resolved *s, const char *path)
{
	for (size_t i = 0; i < s->n_mounts; i++)
		if (path_within(path, s->mounts[i].target))
			return true;
	return false;
}

/* His home is his by number. */
static int own_home(struct settling *t, const struct passwd_entry *who, struct err *e)
{
	struct resolved *s = t->s;
	struct container_path found = {0};
	const char *home = s->identity.home;

	if (is_mounted(s, home) || !strcmp(home, "/"))
		return 0;
	if (image_look_path(t->k, home, &found, e) < 0)
		return -1;
	free(found.link);
	if (!found.found)
		resolved_add_file(s, home, NULL, 0, 0755, s->uid, s->gid);
	else if (s->image_id &&
		 (who->uid != s->uid || who->gid != s->gid)) /* no box yet */
		return home_image(t->k->g, s, who, e);
	return 0;
}

/* The image's user with your numbers: by a mapping where there is one, else by his line
 * in /etc/passwd. */
static int as_host(struct settling *t, const struct passwd_entry *who, struct err *e)
{
	struct resolved *s = t->s;
	struct resolved_identity *i = &s->identity;
	const char *home = kvs_get(&s->env, "HOME");
	gid_t gid;

	if (who->uid == 0)
		return err_set(e, 0,
			"the image %s starts as root, who cannot have your uid; name "
			"another: c:user(\"image\", { name = \"app\", uid = \"host\" })",
			s->image);
	if (t->users == USERS_KEEP_ID) {
		free(s->userns);
		s->userns = xasprintf(
			"keep-id:uid=%u,gid=%u", (unsigned)who->uid, (unsigned)who->gid);
		run_as(s, who);
		return 0;
	}
	i->wanted = true;
	i->uid = s->uid;
	i->gid = s->gid;
	i->name = xstrdup(who->name);
	i->gecos = xstrdup(who->gecos);
	i->shell = xstrdup(who->shell);
	i->home = xstrdup(home ? home : who->home);
	if (*i->home != '/')
		str_set(&i->home, "/");
	if (!t->group || !group_find(t->group, who->name, &gid, &i->group))
		i->group = xstrdup(who->name);
	kvs_set(&s->env, "HOME", i->home);
	kvs_set(&s->env, "USER", i->name);
	kvs_set(&s->env, "LOGNAME", i->name);
	return own_home(t, who, e);
}

static int settle_user(struct settling *t, struct err *e)
{
	struct resolved *s = t->s;
	AUTO_ENTRY struct passwd_entry who = {0};
	AUTO_STRV struct strv groups = {0};

	if (find(t, s->of_image.name ? s->of_image.name : s->from.user, &who, e) < 0)
		return -1;
	if (s->of_image.as_host) {
		if (as_host(t, &who, e) < 0)
			return -1;
	} else if (s->of_image.name || s->userns) {
		run_as(s, &who);
		groups_with(t->group, who.name, &groups);
		for (size_t i = 0; i < groups.n; i++)
			resolved_add_group(s, (gid_t)strtoul(groups.v[i], NULL, 10));
	}
	if (!s->owner.known && !s->owner.name)
		s->owner = (struct resolved_owner){
			.known = true, .uid = who.uid, .gid = who.gid};
	return 0;
}

static int settle_owner(struct settling *t, struct err *e)
{
	struct resolved *s = t->s;
	AUTO_ENTRY struct passwd_entry who = {0};

	if (!s->owner.known) {
		if (find(t, s->owner.name, &who, e) < 0)
			return -1;
		s->owner.uid = who.uid;
		s->owner.gid = who.gid;
		s->owner.known = true;
	}
	for (size_t i = 0; i < s->n_mounts; i++)
		if (s->mounts[i].owned) {
			s->mounts[i].uid = s->owner.uid;
			s->mounts[i].gid = s->owner.gid;
		}
	for (size_t i = 0; i < s->n_files; i++)
		if (s->files[i].owned) {
			s->files[i].uid = s->owner.uid;
			s->files[i].gid = s->owner.gid;
		}
	s->x.uid = s->owner.uid;
	s->x.gid = s->owner.gid;
	if (!s->x.carried && (t->users == USERS_SAME || s->userns))
		s->x.host_uid = s->owner.uid;
	return 0;
}

int whose_settle(struct image_look *k, struct resolved *s, struct err *e)
{
	struct settling t = {.k = k, .s = s};
	const struct engine_facts *facts;
	bool covered = false;
	int rc = engine_facts(k->g, &facts, e);

	if (!rc)
		rc = identity_text(k, s, "/etc/passwd", &t.passwd, &covered, e);
	if (!rc)
		rc = identity_text(k, s, "/etc/group", &t.group, &covered, e);
	if (!rc) {
		t.users = facts->users;
		rc = s->of_image.wanted ? settle_user(&t, e) : 0;
	}
	if (!rc)
		rc = settle_owner(&t, e);
	free(t.passwd);
	free(t.group);
	return rc;
}
