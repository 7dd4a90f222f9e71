/* SPDX-License-Identifier: MIT */
#include "cli/option/option.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/option/familiar.h"

const struct opt *opt_by_name(
	const struct opt_group *groups, size_t n_groups, const char *name, size_t length)
{
	for (size_t i = 0; i < n_groups; i++)
		for (size_t j = 0; j < groups[i].n; j++) {
			const struct opt *o = &groups[i].v[j];

			if (strlen(o->name) == length && !memcmp(o->name, name, length))
				return o;
		}
	return NULL;
}

const struct opt *opt_by_letter(
	const struct opt_group *groups, size_t n_groups, char letter)
{
	for (size_t i = 0; i < n_groups; i++)
		for (size_t j = 0; j < groups[i].n; j++)
			if (groups[i].v[j].letter == letter && !groups[i].v[j].holds)
				return &groups[i].v[j];
	return NULL;
}

/* "; did you mean --detach?", appended to e when a name of the groups is near. */
static void opts_suggest(
	const struct opt_group *groups, size_t n_groups, const char *given, struct err *e)
{
	AUTO_FREE const char **names = NULL;
	const char *near;
	size_t n = 0;

	for (size_t i = 0; i < n_groups; i++)
		n += groups[i].n;
	names = xmalloc(n * sizeof *names);
	n = 0;
	for (size_t i = 0; i < n_groups; i++)
		for (size_t j = 0; j < groups[i].n; j++)
			names[n++] = groups[i].v[j].name;
	near = suggest(given, names, n);
	if (near)
		err_hint(e, "did you mean --%s?", near);
}

static void add_given(struct opts *out, const struct opt *opt, const char *text, bool on)
{
	out->given = xrealloc(out->given, (out->n_given + 1) * sizeof *out->given);
	out->given[out->n_given++] = (struct opt_given){opt, text, on};
}

static void add_arg(struct opts *out, const char *arg)
{
	out->args = xrealloc(out->args, (out->n_args + 2) * sizeof *out->args);
	out->args[out->n_args++] = arg;
	out->args[out->n_args] = NULL;
}

/* A walk over argv; at is the next word. */
struct walk {
	const struct opt_group *groups;
	size_t n_groups;
	char *const *argv;
	size_t at;
	struct opts *out;
};

/* The value of opt, in the same word or the next; "--" is no value. */
static int take_value(
	struct walk *w, const struct opt *opt, const char *attached, struct err *e)
{
	const char *text = attached;

	if (!text) {
		text = w->argv[w->at];
		if (!text || !strcmp(text, "--"))
			return err_set(e, ERR_USAGE, "option --%s needs a value: --%s %s",
				opt->name, opt->name, opt->arg);
		w->at++;
	}
	add_given(w->out, opt, text, true);
	return 0;
}

static int unknown_long(struct walk *w, const char *name, size_t length, struct err *e)
{
	AUTO_FREE char *given = xstrndup(name, length);

	err_set(e, ERR_USAGE, "unknown option --%s", given);
	if (!familiar_option(given, e))
		opts_suggest(w->groups, w->n_groups, given, e);
	return -1;
}

/* "--name", "--name=value", "--no-name" */
static int take_long(struct walk *w, const char *word, struct err *e)
{
	const char *name = word + 2, *equals = strchr(name, '=');
	size_t length = equals ? (size_t)(equals - name) : strlen(name);
	const struct opt *opt = opt_by_name(w->groups, w->n_groups, name, length);
	bool on = true;

	if (!opt && length > 3 && !strncmp(name, "no-", 3)) {
		opt = opt_by_name(w->groups, w->n_groups, name + 3, length - 3);
		if (opt && !opt->negatable)
			opt = NULL;
		on = false;
	}
	if (!opt)
		return unknown_long(w, name, length, e);
	if (opt->arg)
		return take_value(w, opt, equals ? equals + 1 : NULL, e);
	if (equals)
		return err_set(
			e, ERR_USAGE, "option --%.*s takes no value", (int)length, name);
	add_given(w->out, opt, NULL, on);
	return 0;
}

/* What a letter means by the value that follows it. */
static const struct opt *by_value(const struct walk *w, char letter, const char *value)
{
	for (size_t i = 0; value && i < w->n_groups; i++)
		for (size_t j = 0; j < w->groups[i].n; j++) {
			const struct opt *o = &w->groups[i].v[j];

			if (o->holds && o->letter == letter && *value != '-' &&
				strchr(value, o->holds))
				return o;
		}
	return NULL;
}

/* "-q", "-qv", "-d2,3", "-d 2,3" */
static int take_letters(struct walk *w, const char *word, struct err *e)
{
	for (const char *p = word + 1; *p; p++) {
		const struct opt *opt = by_value(w, *p, p[1] ? p + 1 : w->argv[w->at]);

		if (!opt)
			opt = opt_by_letter(w->groups, w->n_groups, *p);
		if (!opt) {
			if (*p > ' ' && *p < 127)
				err_set(e, ERR_USAGE, "unknown option -%c", *p);
			else
				err_set(e, ERR_USAGE, "unknown option '%s'", word);
			if (!familiar_letter(*p, e) && strlen(word) > 2) /* "-detach" */
				opts_suggest(w->groups, w->n_groups, word + 1, e);
			return -1;
		}
		if (opt->arg)
			return take_value(w, opt, p[1] ? p + 1 : NULL, e);
		add_given(w->out, opt, NULL, true);
	}
	return 0;
}

static bool asks_help(const struct opts *o)
{
	const struct opt_given *last = o->n_given ? &o->given[o->n_given - 1] : NULL;

	return last && !last->opt->arg && !strcmp(last->opt->name, "help");
}

int opts_parse(struct opts *out, const struct opt_group *groups, size_t n_groups,
	enum opt_order order, char *const *argv, struct err *e)
{
	struct walk w = {groups, n_groups, argv, 0, out};
	const char *word;

	while ((word = argv[w.at])) {
		bool ended = order == OPT_FIRST_ENDS && out->n_args > 0;

		w.at++;
		/* "exec box -- ls" as well as "exec box ls -- file" */
		if (!strcmp(word, "--") && !(ended && out->n_args > 1)) {
			out->rest = argv + w.at;
			break;
		}
		if (ended || word[0] != '-' || !word[1]) {
			add_arg(out, word);
			continue;
		}
		if ((word[1] == '-' ? take_long(&w, word, e)
				    : take_letters(&w, word, e)) < 0)
			return -1;
		if (asks_help(out)) {
			out->help = true;
			break;
		}
	}
	return 0;
}

int opts_leading(struct opts *out, const struct opt_group *groups, size_t n_groups,
	char *const *argv)
{
	struct walk w = {groups, n_groups, argv, 0, out};
	const char *word;

	while ((word = argv[w.at]) && word[0] == '-' && word[1] &&
		strcmp(word, "--") != 0) {
		size_t at = w.at++, given = out->n_given;
		int bad = word[1] == '-' ? take_long(&w, word, NULL)
					 : take_letters(&w, word, NULL);

		if (bad) {
			out->n_given = given;
			return (int)at;
		}
		if (asks_help(out)) {
			out->help = true;
			break;
		}
	}
	return (int)w.at;
}

static const struct opt_given *last_given(const struct opts *o, const char *name)
{
	for (size_t i = o->n_given; i-- > 0;)
		if (!strcmp(o->given[i].opt->name, name))
			return &o->given[i];
	return NULL;
}

bool opt_on(const struct opts *o, const char *name)
{
	const struct opt_given *g = last_given(o, name);

	return g && g->on;
}

const char *opt_text(const struct opts *o, const char *name)
{
	const struct opt_given *g = last_given(o, name);

	return g ? g->text : NULL;
}

int opt_int(const struct opts *o, const char *name, int min, int max, int fallback,
	int *out, struct err *e)
{
	const char *text = opt_text(o, name);
	char *end = NULL;
	long value;

	*out = fallback;
	if (!text)
		return 0;
	errno = 0;
	value = strtol(text, &end, 10);
	if (errno || end == text || *end || value < min || value > max)
		return err_set(e, ERR_USAGE,
			"--%s: '%s' is no whole number from %d to %d", name, text, min,
			max);
	*out = (int)value;
	return 0;
}

void opts_free(struct opts *o)
{
	free(o->given);
	free(o->args);
	*o = (struct opts){0};
}
