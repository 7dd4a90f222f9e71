/* SPDX-License-Identifier: MIT */
#include "cli/sweep.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const struct profile_option *find(const struct evaluation *ev, const char *key)
{
	for (size_t i = 0; i < ev->own.n; i++)
		if (!strcmp(ev->own.v[i].key, key))
			return &ev->own.v[i];
	return NULL;
}

/* Typed, it would be no sweep any more. */
static bool is_typed(const struct evaluation *ev, const struct profile_option *o)
{
	for (size_t i = 0; i < ev->opts.n_given; i++)
		if (ev->opts.given[i].opt == &ev->own.table[o - ev->own.v])
			return true;
	return false;
}

static int add(struct sweep *to, const struct evaluation *ev, const struct plan_sweep *s,
	struct err *e)
{
	const struct profile_option *o = find(ev, s->option);
	struct sweep_option *mine = &to->v[to->n];

	if (!o)
		return err_set(
			e, EINVAL, "sweep: the profile has no option \"%s\"", s->option);
	if (is_typed(ev, o))
		return err_set(e, EINVAL,
			"sweep: --%s is another in each task: leave it out", o->name);
	to->n++;
	mine->name = xstrdup(o->name);
	mine->is_switch = o->type == VALUE_SWITCH;
	mine->negatable = ev->own.table[o - ev->own.v].negatable;
	for (size_t i = 0; i < s->values.n; i++) {
		const char *value = s->values.v[i];

		if (mine->is_switch && strcmp(value, "true") != 0 &&
			strcmp(value, "false") != 0)
			return err_set(e, EINVAL,
				"sweep: %s is true or false, not \"%s\"", s->option,
				value);
		strv_add(&mine->values, value);
	}
	to->n_tasks *= s->values.n;
	return 0;
}

int sweep_of(struct sweep *out, const struct evaluation *ev, struct err *e)
{
	const struct settings *s = &ev->plan.set;

	if (s->parallel && !s->n_sweep) {
		err_set(e, EINVAL, "parallel is for the tasks of a sweep: c:sweep");
		return plan_fail(&ev->plan, "parallel", e);
	}
	out->v = xcalloc(s->n_sweep, sizeof *out->v);
	out->n_tasks = 1;
	for (size_t i = 0; i < s->n_sweep; i++) {
		AUTO_FREE char *key = xasprintf("sweep/%zu", i);

		if (add(out, ev, &s->sweep[i], e) < 0)
			return plan_fail(&ev->plan, key, e);
	}
	return 0;
}

void sweep_words(const struct sweep *s, size_t task, struct strv *out)
{
	size_t each = s->n_tasks;

	for (size_t i = 0; i < s->n; i++) {
		const struct sweep_option *o = &s->v[i];
		const char *value;

		each /= o->values.n;
		value = o->values.v[task / each % o->values.n];
		if (!o->is_switch)
			strv_addf(out, "--%s=%s", o->name, value);
		else if (!strcmp(value, "true"))
			strv_addf(out, "--%s", o->name);
		else if (o->negatable) /* else it is so unless it is given */
			strv_addf(out, "--no-%s", o->name);
	}
}

void sweep_line(struct strv *to, char *const *words, const struct strv *others)
{
	while (*words && strcmp(*words, "--") != 0)
		strv_add(to, *words++);
	for (size_t i = 0; i < others->n; i++)
		strv_add(to, others->v[i]);
	while (*words)
		strv_add(to, *words++);
}

void sweep_free(struct sweep *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->v[i].name);
		strv_free(&s->v[i].values);
	}
	free(s->v);
	*s = (struct sweep){0};
}
