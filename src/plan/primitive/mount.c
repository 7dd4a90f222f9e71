/* SPDX-License-Identifier: MIT */
/* mount: directories of the host, named volumes, and memory. */
#include "plan/checks.h"
#include "plan/primitive/shapes.h"

#define AT(member) .offset = offsetof(struct plan_mount, member)

static const char *const types[] = {"bind", "volume", "tmpfs", NULL};
const char *const carry_words[] = {"never", "always", "elsewhere", NULL};
static const char *const git_words[] = {"read", "write", NULL};

static const struct field fields[] = {
	{.key = "type", .type = FIELD_ENUM, AT(type), .names = types},
	{.key = "source", .type = FIELD_STR, AT(source), .check = check_text},
	{.key = "target", .type = FIELD_STR, AT(target), .check = check_target},
	{.key = "readonly", .type = FIELD_BOOL, AT(readonly)},
	{.key = "optional", .type = FIELD_BOOL, AT(optional)},
	{.key = "create", .type = FIELD_BOOL, AT(create)},
	{.key = "carry", .type = FIELD_ENUM, AT(carry), .names = carry_words},
	{.key = "git", .type = FIELD_ENUM, AT(git), .names = git_words},
	{.key = "size", .type = FIELD_BYTES, AT(size), .min = 1},
	{.key = "mode", .type = FIELD_INT32, AT(mode), .max = 07777},
	{.key = "exec", .type = FIELD_BOOL, AT(exec)},
	FIELDS_END,
};

static int complete(void *obj, struct err *e)
{
	const struct plan_mount *m = obj;

	if (!m->target)
		return err_set(e, 0, "target is missing: the path in the container");
	if ((m->type == MOUNT_TMPFS) != !m->source)
		return err_set(
			e, 0, m->source ? "a tmpfs has no source" : "source is missing");
	if (m->type == MOUNT_VOLUME && check_name(m->source, e) < 0)
		return err_wrap(e, "volume name");
	if (m->type != MOUNT_TMPFS && (m->size || m->mode || m->exec))
		return err_set(e, 0, "size, mode and exec are for tmpfs only");
	if (m->type != MOUNT_BIND && (m->create || m->optional || m->carry || m->git))
		return err_set(e, 0,
			"create, optional, carry and git are for directories of the host "
			"only");
	if (m->git == GIT_WRITE && m->readonly)
		return err_set(e, 0, "git = \"write\" makes no sense with readonly");
	return 0;
}

const struct shape shape_mount = {.fields = fields,
	.size = sizeof(struct plan_mount),
	.blank = &(const struct plan_mount){0},
	.complete = complete};
