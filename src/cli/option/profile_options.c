/* SPDX-License-Identifier: MIT */
#include "cli/option/profile_options.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/printable.h"

enum { PLACEHOLDER_MAX = 24 };

/* What "type" says, or else the type of the default. */
static enum value_type type_of(const cJSON *o)
{
	const char *name = json_str(o, "type");
	const cJSON *fallback = json_get(o, "default");

	if (name ? !strcmp(name, "boolean") : cJSON_IsBool(fallback))
		return VALUE_SWITCH;
	if (name ? !strcmp(name, "number") : cJSON_IsNumber(fallback))
		return VALUE_NUMBER;
	if (name ? !strcmp(name, "list") : cJSON_IsArray(fallback))
		return VALUE_LIST;
	return VALUE_TEXT;
}

/* Text for people of a scalar; NULL for anything else. The caller frees. */
static char *scalar_text(const cJSON *j)
{
	if (cJSON_IsString(j))
		return xstrdup(j->valuestring);
	if (cJSON_IsNumber(j))
		return xasprintf("%.14g", j->valuedouble);
	return NULL;
}

/* "a|b|c" where that is short. */
static char *placeholder(enum value_type type, const cJSON *o)
{
	AUTO_BUF struct buf b = {0};
	const cJSON *c;

	if (type == VALUE_SWITCH)
		return NULL;
	cJSON_ArrayForEach(c, json_get(o, "choices"))
	{
		AUTO_FREE char *text = scalar_text(c);

		buf_addf(&b, "%s%s", b.n ? "|" : "", text ? text : "?");
	}
	if (b.n && b.n <= PLACEHOLDER_MAX) {
		char *shown = buf_take(&b);

		str_printable(&shown);
		return shown;
	}
	return xstrdup(type == VALUE_NUMBER ? "N"
		       : type == VALUE_LIST ? "LIST"
					    : "VALUE");
}

static char *about_text(enum value_type type, const cJSON *o)
{
	const char *about = json_str(o, "about");
	const cJSON *fallback = json_get(o, "default");
	AUTO_FREE char *text = scalar_text(fallback);
	const char *env = json_str(o, "env");
	AUTO_FREE char *from = env ? xasprintf("$%s or ", env) : xstrdup("");
	AUTO_BUF struct buf b = {0};
	char *shown;

	buf_adds(&b, about ? about : "");
	if (text && *text)
		buf_addf(&b, "%s(default %s%s)", b.n ? " " : "", from, text);
	else if (env)
		buf_addf(&b, "%s(default $%s)", b.n ? " " : "", env);
	else if (type == VALUE_SWITCH && cJSON_IsTrue(fallback))
		buf_addf(&b, "%s(default on)", b.n ? " " : "");
	else if (json_bool(o, "required", false))
		buf_addf(&b, "%s(required)", b.n ? " " : "");
	shown = buf_take(&b);
	str_printable(&shown);
	return shown;
}

static bool is_option_name(const char *s)
{
	if (!isalnum((unsigned char)*s) || strlen(s) > 40)
		return false;
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && *s != '_' && *s != '-')
			return false;
	return true;
}

static int read_one(struct profile_option *p, struct opt *opt, const cJSON *o,
	const char *shown, struct err *e)
{
	const char *letter = json_str(o, "short");

	if (!is_option_name(o->string))
		return err_set(e, 0,
			"%s: an option's name is letters, digits, '_' and '-', which "
			"'%.40s' is not",
			shown, o->string);
	if (letter && (strlen(letter) != 1 || !isalnum((unsigned char)*letter)))
		return err_set(e, 0,
			"%s: the short name of option '%s' must be one letter", shown,
			o->string);
	if (!strcmp(o->string, "args"))
		return err_set(e, 0,
			"%s: 'args' is what follows \"--\"; an option needs another "
			"name",
			shown);
	p->key = xstrdup(o->string);
	p->name = xstrdup(o->string);
	for (char *c = p->name; *c; c++)
		if (*c == '_')
			*c = '-';
	p->type = type_of(o);
	if (json_str(o, "env"))
		p->env = xstrdup(json_str(o, "env"));
	p->arg = placeholder(p->type, o);
	p->about = about_text(p->type, o);
	*opt = (struct opt){.name = p->name,
		.letter = letter ? *letter : 0,
		.arg = p->arg,
		.about = p->about,
		.many = p->type == VALUE_LIST,
		.negatable =
			p->type == VALUE_SWITCH && cJSON_IsTrue(json_get(o, "default"))};
	return 0;
}

/* Two options of the profile that a command line could not tell apart. */
static int check_twins(const struct profile_options *p, const char *shown, struct err *e)
{
	struct opt_group g = profile_options_group(p);

	for (size_t i = 0; i < p->n; i++) {
		const struct opt *o = &p->table[i], *twin;

		twin = opt_by_name(&g, 1, o->name, strlen(o->name));
		if (twin == o && o->letter)
			twin = opt_by_letter(&g, 1, o->letter);
		if (twin != o)
			return err_set(e, 0,
				"%s: options '%s' and '%s' have the same name", shown,
				p->v[twin - p->table].key, p->v[i].key);
	}
	return 0;
}

int profile_options_read(
	struct profile_options *out, const cJSON *about, const char *shown, struct err *e)
{
	const cJSON *options = json_get(about, "options"), *o;
	size_t n = 0;

	if (!cJSON_IsObject(options))
		return 0;
	out->argument = json_str(about, "argument");
	cJSON_ArrayForEach(o, options) n++;
	out->v = xcalloc(n, sizeof *out->v);
	out->table = xcalloc(n, sizeof *out->table);
	cJSON_ArrayForEach(o, options)
	{
		size_t i = out->n++;

		if (read_one(&out->v[i], &out->table[i], o, shown, e) < 0)
			return -1;
	}
	return check_twins(out, shown, e);
}

int profile_options_clash(const struct profile_options *p, const struct opt_group *groups,
	size_t n_groups, const char *shown, struct err *e)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct opt *o = &p->table[i];
		const struct opt *own =
			opt_by_name(groups, n_groups, o->name, strlen(o->name));

		if (own && !own->yields)
			return err_set(e, 0,
				"%s: option '%s' is cnnrun's own --%s; give it another "
				"name",
				shown, p->v[i].key, own->name);
		own = o->letter ? opt_by_letter(groups, n_groups, o->letter) : NULL;
		if (own && !own->yields)
			return err_set(e, 0,
				"%s: the short name -%c of option '%s' is cnnrun's own "
				"(--%s); choose another letter",
				shown, o->letter, p->v[i].key, own->name);
	}
	return 0;
}

struct opt_group profile_options_group(const struct profile_options *p)
{
	return (struct opt_group){"Options of this profile", p->table, p->n};
}

/* "a,b" and "-x a -x b" are the same list. */
static void add_items(cJSON *list, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, ",");
		AUTO_FREE char *item = xstrndup(text, n);

		if (n)
			cJSON_AddItemToArray(list, cJSON_CreateString(item));
		text += n + (text[n] == ',');
	}
}

static void add_value(
	const struct profile_option *p, const struct opt_given *g, cJSON *values)
{
	cJSON *list = cJSON_GetObjectItemCaseSensitive(values, p->key);

	if (p->type == VALUE_LIST) {
		if (!list)
			list = cJSON_AddArrayToObject(values, p->key);
		add_items(list, g->text);
		return;
	}
	cJSON_DeleteItemFromObjectCaseSensitive(values, p->key);
	if (p->type == VALUE_SWITCH)
		cJSON_AddBoolToObject(values, p->key, g->on);
	else
		cJSON_AddStringToObject(values, p->key, g->text);
}

/* An empty variable counts as none, as in ${NAME:-default}. */
static void take_variable(struct profile_option *p, cJSON *values)
{
	const char *value = p->env ? getenv(p->env) : NULL;

	if (!value || !*value || json_get(values, p->key))
		return;
	p->got = value;
	if (p->type == VALUE_LIST)
		add_items(cJSON_AddArrayToObject(values, p->key), value);
	else
		cJSON_AddStringToObject(values, p->key, value);
}

cJSON *profile_options_values(struct profile_options *p, const struct opts *o)
{
	cJSON *values = cJSON_CreateObject(), *args;

	for (size_t i = 0; i < o->n_given; i++)
		for (size_t k = 0; k < p->n; k++)
			if (o->given[i].opt == &p->table[k])
				add_value(&p->v[k], &o->given[i], values);
	if (p->argument && o->n_args)
		cJSON_AddStringToObject(values, p->argument, o->args[0]);
	for (size_t i = 0; i < p->n; i++)
		take_variable(&p->v[i], values);
	args = cJSON_AddArrayToObject(values, "args");
	for (char *const *w = o->rest; w && *w; w++)
		cJSON_AddItemToArray(args, cJSON_CreateString(*w));
	return values;
}

void profile_options_free(struct profile_options *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->v[i].key);
		free(p->v[i].name);
		free(p->v[i].arg);
		free(p->v[i].about);
		free(p->v[i].env);
	}
	free(p->v);
	free(p->table);
	*p = (struct profile_options){0};
}
