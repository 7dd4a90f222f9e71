/* SPDX-License-Identifier: MIT */
/* user: who runs in the container; home: what is mounted as that user's home. */
#include "plan/checks.h"
#include "plan/primitive/shapes.h"

#define AT(member) .offset = offsetof(struct plan_user, member)

static const char *const modes[] = {"image", "host", "root", "explicit", NULL};

static const struct field fields[] = {
	{.key = "mode", .type = FIELD_ENUM, AT(mode), .names = modes},
	{.key = "uid", .type = FIELD_UINT, AT(uid), .max = ID_NONE - 1LL},
	{.key = "gid", .type = FIELD_UINT, AT(gid), .max = ID_NONE - 1LL},
	{.key = "name", .type = FIELD_STR, AT(name), .check = check_user},
	{.key = "as_host", .type = FIELD_BOOL, AT(as_host)},
	{.key = "becomes", .type = FIELD_STR, AT(becomes), .check = check_becomes},
	{.key = "groups", .type = FIELD_STRV, AT(groups), .check = check_group},
	FIELDS_END,
};

static int complete(void *obj, struct err *e)
{
	struct plan_user *u = obj;

	if (u->mode == USER_EXPLICIT && u->uid == ID_NONE)
		return err_set(e, 0, "uid is missing");
	if (u->mode != USER_EXPLICIT && (u->uid != ID_NONE || u->gid != ID_NONE))
		return err_set(e, 0, "uid and gid go with an explicit user only");
	if (u->name && u->mode != USER_EXPLICIT && u->mode != USER_IMAGE)
		return err_set(e, 0, "name goes with \"image\" or a uid only");
	if (u->as_host && (u->mode != USER_IMAGE || u->becomes))
		return err_set(e, 0,
			"uid = \"host\" goes with \"image\" only, and without becomes");
	if (u->becomes && u->mode != USER_IMAGE && u->mode != USER_ROOT)
		return err_set(e, 0, "becomes goes with \"image\" or \"root\" only");
	if (u->gid == ID_NONE)
		u->gid = u->uid;
	return 0;
}

const struct shape shape_user = {.fields = fields, .complete = complete};

static const struct field home_fields[] = {
	{.key = "source",
		.type = FIELD_STR,
		.offset = offsetof(struct plan, home),
		.check = check_text},
	{.key = "target",
		.type = FIELD_STR,
		.offset = offsetof(struct plan, home_target),
		.check = check_target},
	{.key = "carry",
		.type = FIELD_ENUM,
		.offset = offsetof(struct plan, home_carry),
		.names = carry_words},
	FIELDS_END,
};

static int complete_home(void *obj, struct err *e)
{
	const struct plan *p = obj;

	return p->home ? 0
		       : err_set(e, 0, "source is missing: a directory of the project");
}

const struct shape shape_home = {.fields = home_fields, .complete = complete_home};
