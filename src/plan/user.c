/* SPDX-License-Identifier: MIT */
/* user: who runs in the container; home: what is mounted as that user's home. */
#include "base/mem.h"
#include "plan/primitives.h"

struct raw_user { /* numbers wide enough to see bad ones */
	enum user_mode mode;
	int64_t uid, gid;
	char *name;
	struct strv groups;
};

#define AT(member) offsetof(struct raw_user, member)

static const char *const modes[] = {"image", "host", "root", "explicit", NULL};

static const struct field fields[] = {
	{.key = "mode", .type = FIELD_ENUM, .offset = AT(mode), .names = modes},
	{.key = "uid", .type = FIELD_INT, .offset = AT(uid), .max = 4294967294},
	{.key = "gid", .type = FIELD_INT, .offset = AT(gid), .max = 4294967294},
	{.key = "name", .type = FIELD_STR, .offset = AT(name), .check = check_name},
	{.key = "groups", .type = FIELD_STRV, .offset = AT(groups), .check = check_text},
	FIELDS_END,
};

static const struct raw_user blank = {USER_HOST, -1, -1, NULL, {NULL, 0}};

static int take(struct plan_user *u, struct raw_user *r, const cJSON *v, struct err *e)
{
	if (fields_read(r, fields, v, e) < 0)
		return -1;
	if (r->mode == USER_EXPLICIT && r->uid < 0)
		return err_set(e, 0, "uid is missing");
	if (r->mode != USER_EXPLICIT && (r->uid >= 0 || r->gid >= 0 || r->name))
		return err_set(e, 0, "uid, gid and name go with an explicit user only");
	u->mode = r->mode;
	u->uid = (uid_t)r->uid;
	u->gid = r->gid < 0 ? (gid_t)r->uid : (gid_t)r->gid;
	str_set(&u->name, r->name);
	strv_copy(&u->groups, &r->groups);
	return 0;
}

static int read_user(struct plan *p, const cJSON *v, struct err *e)
{
	struct raw_user r = blank;
	int rc = take(&p->user, &r, v, e);

	str_set(&r.name, NULL);
	strv_free(&r.groups);
	return rc;
}

static cJSON *write_user(const struct plan *p)
{
	struct raw_user r = {p->user.mode, -1, -1, p->user.name, p->user.groups};
	cJSON *o;

	if (p->user.mode == USER_HOST && !p->user.groups.n)
		return NULL;
	if (p->user.mode == USER_EXPLICIT) {
		r.uid = p->user.uid;
		r.gid = p->user.gid;
	}
	o = cJSON_CreateObject();
	cJSON_AddStringToObject(o, "mode", modes[r.mode]);
	fields_write(&r, &blank, fields + 1, o);
	return o;
}

const struct primitive primitive_user = {"user", read_user, write_user};

static const struct field home_fields[] = {
	{.key = "source",
		.type = FIELD_STR,
		.offset = offsetof(struct plan, home),
		.check = check_text},
	{.key = "target",
		.type = FIELD_STR,
		.offset = offsetof(struct plan, home_target),
		.check = check_target},
	FIELDS_END,
};

static int read_home(struct plan *p, const cJSON *v, struct err *e)
{
	if (fields_read(p, home_fields, v, e) < 0)
		return -1;
	return p->home ? 0
		       : err_set(e, 0, "source is missing: a directory of the project");
}

static cJSON *write_home(const struct plan *p)
{
	cJSON *o = p->home ? cJSON_CreateObject() : NULL;

	if (o)
		fields_write(p, plan_blank(), home_fields, o);
	return o;
}

const struct primitive primitive_home = {"home", read_home, write_home};
