/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/printable.h"
#include "base/utf8.h"
#include "plan/checks.h"
#include "profile/host.h"

enum {
	OPTIONS_MAX = 100,
	CHOICES_MAX = 1000,
	RIGHTS_MAX = 100,
	NAME_MAX_LEN = 40,
	SHOWN_MAX = 1000
};

static int bad(const struct profile *p, struct err *e, const char *what)
{
	return err_set(
		e, EINVAL, "%s: its description is not one: %s", p->src->shown, what);
}

/* Text for people; false = not text at all, or too much. */
static bool is_text(const cJSON *i)
{
	return cJSON_IsString(i) && strlen(i->valuestring) <= SHOWN_MAX;
}

/* Bytes that are no UTF-8 keep nobody from reading the rest. */
static bool check_about(cJSON *o)
{
	cJSON *i = cJSON_GetObjectItemCaseSensitive(o, "about");
	AUTO_BUF struct buf shown = {0};

	if (!i || !is_text(i))
		return !i;
	if (!utf8_valid(i->valuestring)) {
		add_printable(&shown, i->valuestring);
		cJSON_SetValuestring(i, shown.p);
	}
	return true;
}

static bool is_option_name(const char *s)
{
	if (!s || !islower((unsigned char)*s) || strlen(s) > NAME_MAX_LEN)
		return false;
	for (; *s; s++)
		if (!islower((unsigned char)*s) && !isdigit((unsigned char)*s) &&
			*s != '_')
			return false;
	return true;
}

static bool is_type(const char *s)
{
	return s && (!strcmp(s, "string") || !strcmp(s, "number") ||
			    !strcmp(s, "boolean") || !strcmp(s, "list"));
}

static bool is_short(const cJSON *o)
{
	const char *s = json_str(o, "short");

	return !json_get(o, "short") || (s && isalnum((unsigned char)*s) && !s[1]);
}

static bool is_variable(const cJSON *i)
{
	return !i || (is_text(i) && check_env_name(i->valuestring, NULL) == 0);
}

static bool is_scalar(const cJSON *i)
{
	return cJSON_IsString(i) || cJSON_IsNumber(i) || cJSON_IsBool(i);
}

static bool are_scalars(const cJSON *list)
{
	const cJSON *i;

	if (!list)
		return true;
	if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > CHOICES_MAX)
		return false;
	cJSON_ArrayForEach(i, list)
	{
		if (!is_scalar(i) || (cJSON_IsString(i) && !is_text(i)))
			return false;
	}
	return true;
}

static int check_option(const struct profile *p, cJSON *o, struct err *e)
{
	const cJSON *fallback = json_get(o, "default");

	if (!is_option_name(o->string))
		return bad(p, e, "an option's name");
	if (!cJSON_IsObject(o) || !check_about(o) || !is_short(o))
		return bad(p, e, o->string);
	if (!is_type(json_str(o, "type")))
		return bad(p, e, "an option's type");
	if (!is_variable(json_get(o, "env")))
		return bad(p, e, "an option's variable");
	if (!are_scalars(json_get(o, "choices")))
		return bad(p, e, "an option's choices");
	if (cJSON_IsString(fallback)
			? !is_text(fallback)
			: fallback && !is_scalar(fallback) && !are_scalars(fallback))
		return bad(p, e, "an option's default");
	return 0;
}

/* As words; what they mean is read elsewhere. */
static bool are_rights(const cJSON *list)
{
	const cJSON *i;

	if (list && (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > RIGHTS_MAX))
		return false;
	cJSON_ArrayForEach(i, list)
	{
		if (!is_text(i))
			return false;
	}
	return true;
}

int description_check(const struct profile *p, cJSON *about, struct err *e)
{
	cJSON *options = cJSON_GetObjectItemCaseSensitive(about, "options"), *o;
	const char *action = json_str(about, "action");

	if (!cJSON_IsObject(about) || !check_about(about))
		return bad(p, e, "about");
	if (action && strcmp(action, "run") != 0 && strcmp(action, "build") != 0 &&
		strcmp(action, "none") != 0)
		return bad(p, e, "action");
	if (!are_rights(json_get(about, "rights")))
		return bad(p, e, "rights");
	if (!options)
		return 0;
	if (!cJSON_IsObject(options) || cJSON_GetArraySize(options) > OPTIONS_MAX)
		return bad(p, e, "options");
	cJSON_ArrayForEach(o, options)
	{
		if (check_option(p, o, e) < 0)
			return -1;
	}
	return 0;
}
