/* SPDX-License-Identifier: MIT */
/* prepare: what is done once in a new box. */
#include <errno.h>

#include "base/mem.h"
#include "plan/primitive/shapes.h"
#include "plan/shell_word.h"

#define AT(member)   .offset = offsetof(struct plan_prepare, member)
#define ALSO(member) .also = offsetof(struct plan_prepare, member)

static const char *const users[] = {"own", "root", NULL};

static const struct field fields[] = {
	{.key = "command", .type = FIELD_WORDS, AT(command), ALSO(has_command)},
	{.key = "user", .type = FIELD_ENUM, AT(user), .names = users},
	FIELDS_END,
};

static int complete(void *obj, struct err *e)
{
	const struct plan_prepare *p = obj;

	return p->command.n ? 0 : err_set(e, EINVAL, "the command is missing");
}

static char *text(const void *obj)
{
	const struct plan_prepare *p = obj;
	AUTO_BUF struct buf b = {0};

	shell_word(&b, p->command.v[0]);
	shell_words(&b, &p->command, 1);
	if (p->user == PREPARE_ROOT)
		buf_adds(&b, " (as root)");
	return buf_take(&b);
}

const struct shape shape_prepare = {.fields = fields,
	.size = sizeof(struct plan_prepare),
	.blank = &(const struct plan_prepare){.user = PREPARE_OWN},
	.complete = complete,
	.text = text};
