/* SPDX-License-Identifier: MIT */
/* tasks, checkpoint, sweep: a run of several parts, and one that goes on where it was. */
#include <signal.h>

#include "base/buf.h"
#include "base/mem.h"
#include "plan/checks.h"
#include "plan/primitive/shapes.h"

static const struct field tasks_fields[] = {
	{.key = "per_node",
		.type = FIELD_INT32,
		.offset = offsetof(struct settings, per_node),
		.min = 1,
		.max = 1024,
		.subject = "tasks",
		.says = "%s on a node"},
	FIELDS_END,
};
const struct shape shape_tasks = {.fields = tasks_fields};

static const char *const checkpoint_words[] = {
	"TERM", "USR1", "USR2", "INT", "HUP", "QUIT", "CONT", NULL};

int checkpoint_signal(const struct plan_checkpoint *c)
{
	static const int numbers[] = {
		SIGTERM, SIGUSR1, SIGUSR2, SIGINT, SIGHUP, SIGQUIT, SIGCONT};

	return numbers[c->signal];
}

const char *checkpoint_signal_name(const struct plan_checkpoint *c)
{
	return checkpoint_words[c->signal];
}

#define AT(member) .offset = offsetof(struct settings, checkpoint.member)

static const struct field checkpoint_fields[] = {
	{.key = "", .type = FIELD_PRESENT, AT(wanted)},
	{.key = "signal",
		.type = FIELD_ENUM,
		AT(signal),
		.names = checkpoint_words,
		.subject = "checkpoint",
		.says = "by %s"},
	{.key = "before",
		.type = FIELD_INT,
		AT(before),
		.min = 1,
		.max = 86400,
		.subject = "checkpoint",
		.says = "%s s before the end of its time"},
	{.key = "status",
		.type = FIELD_INT32,
		AT(status),
		.min = 1,
		.max = 123,
		.subject = "checkpoint",
		.says = "status %s means again"},
	FIELDS_END,
};

static int complete_checkpoint(void *obj, struct err *e)
{
	struct plan_checkpoint *c = &((struct settings *)obj)->checkpoint;

	if (c->status == 2)
		return err_set(
			e, 0, "status 2 is for wrong usage: take %d", CHECKPOINT_STATUS);
	if (!c->before)
		c->before = 60;
	if (!c->status)
		c->status = CHECKPOINT_STATUS;
	return 0;
}

const struct shape shape_checkpoint = {
	.fields = checkpoint_fields, .complete = complete_checkpoint};

static const struct field sweep_fields[] = {
	{.key = "option",
		.type = FIELD_STR,
		.offset = offsetof(struct plan_sweep, option),
		.check = check_text},
	{.key = "values",
		.type = FIELD_STRV,
		.offset = offsetof(struct plan_sweep, values)},
	FIELDS_END,
};

static int complete_sweep(void *obj, struct err *e)
{
	const struct plan_sweep *s = obj;

	return s->option && s->values.n
		       ? 0
		       : err_set(e, 0, "an option and its values are needed");
}

static char *sweep_text(const void *obj)
{
	const struct plan_sweep *s = obj;
	AUTO_BUF struct buf b = {0};

	buf_addf(&b, "%s = ", s->option);
	for (size_t i = 0; i < s->values.n; i++)
		buf_addf(&b, "%s%s", i ? ", " : "", s->values.v[i]);
	return buf_take(&b);
}

const struct shape shape_sweep = {.fields = sweep_fields,
	.size = sizeof(struct plan_sweep),
	.blank = &(const struct plan_sweep){0},
	.complete = complete_sweep,
	.text = sweep_text};

static const char *const after_words[] = {"ok", "any", "failed", "started", NULL};

static const struct field after_fields[] = {
	{.key = "job",
		.type = FIELD_STR,
		.offset = offsetof(struct plan_after_job, job),
		.check = check_job},
	{.key = "state",
		.type = FIELD_ENUM,
		.offset = offsetof(struct plan_after_job, state),
		.names = after_words},
	FIELDS_END,
};

static int complete_after(void *obj, struct err *e)
{
	const struct plan_after_job *a = obj;

	return a->job ? 0 : err_set(e, 0, "the number of a job is needed");
}

static char *after_text(const void *obj)
{
	static const char *const said[] = {
		"has ended well", "has ended", "has failed", "has started"};
	const struct plan_after_job *a = obj;

	return xasprintf("job %s %s", a->job, said[a->state]);
}

const struct shape shape_after_job = {.fields = after_fields,
	.size = sizeof(struct plan_after_job),
	.blank = &(const struct plan_after_job){0},
	.complete = complete_after,
	.text = after_text};
