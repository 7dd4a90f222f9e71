/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "profile/host.h"

enum { OPTIONS_MAX = 100, NAME_MAX_LEN = 40 };

static int bad(const struct profile *p, struct err *e, const char *what)
{
	return err_set(
		e, EINVAL, "%s: its description is not one: %s", p->src->shown, what);
}

/* Text for people, or nothing. */
static bool is_text(const cJSON *o, const char *key)
{
	const cJSON *i = json_get(o, key);

	return !i || cJSON_IsString(i);
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

static bool is_scalar(const cJSON *i)
{
	return cJSON_IsString(i) || cJSON_IsNumber(i) || cJSON_IsBool(i);
}

static bool are_scalars(const cJSON *list)
{
	const cJSON *i;

	if (!list)
		return true;
	if (!cJSON_IsArray(list))
		return false;
	cJSON_ArrayForEach(i, list)
	{
		if (!is_scalar(i))
			return false;
	}
	return true;
}

static int check_option(const struct profile *p, cJSON *o, struct err *e)
{
	const cJSON *fallback = json_get(o, "default");

	if (!is_option_name(o->string))
		return bad(p, e, "an option's name");
	if (!cJSON_IsObject(o) || !is_text(o, "about") || !is_short(o))
		return bad(p, e, o->string);
	if (!is_type(json_str(o, "type")))
		return bad(p, e, "an option's type");
	if (!are_scalars(json_get(o, "choices")))
		return bad(p, e, "an option's choices");
	if (fallback && !is_scalar(fallback) && !are_scalars(fallback))
		return bad(p, e, "an option's default");
	return 0;
}

int description_check(const struct profile *p, cJSON *about, struct err *e)
{
	cJSON *options = cJSON_GetObjectItemCaseSensitive(about, "options"), *o;
	const char *action = json_str(about, "action");

	if (!cJSON_IsObject(about) || !is_text(about, "about"))
		return bad(p, e, "about");
	if (action && strcmp(action, "run") != 0 && strcmp(action, "build") != 0 &&
		strcmp(action, "none") != 0)
		return bad(p, e, "action");
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
