/* SPDX-License-Identifier: MIT */
#include "launch/carry/rules.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/path.h"
#include "launch/carry/local.h"
#include "porter/porter.h"

void carry_rules_find(struct carry_rules *r, const char *top, const char *profile)
{
	*r = (struct carry_rules){.top = top, .profile = profile};
	repositories_find(top, true, &r->repositories);
}

void carry_rules_free(struct carry_rules *r)
{
	repositories_free(&r->repositories);
}

static bool is_within_any(const char *path, const struct strv *dirs)
{
	for (size_t i = 0; i < dirs->n; i++) {
		size_t n = strlen(dirs->v[i]);

		if (!strncasecmp(path, dirs->v[i], n) && (!path[n] || path[n] == '/'))
			return true;
	}
	return false;
}

/* Found by its name alone: cnnrun.lua, and what lies in a directory "profiles". */
static bool is_profile(const char *path, const char *name)
{
	const size_t n = strlen(name), length = strlen("profiles/");
	const char *dir = name - length;

	if (!strcasecmp(name, "cnnrun.lua"))
		return true;
	return n > 4 && !strcasecmp(name + n - 4, ".lua") && name - path > (long)length &&
	       !strncasecmp(dir, "profiles/", length) && dir[-1] == '/';
}

bool carry_rules_allow(const struct carry_rules *r, const char *path)
{
	AUTO_FREE char *whole = path_join(r->top, path), *lower = xstrdup(whole);
	const char *name = strrchr(whole, '/') + 1;

	for (char *c = lower; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	if (repository_owns(lower) || is_within_any(whole, &r->repositories.own) ||
		is_within_any(whole, &r->repositories.links))
		return false;
	if (is_profile(whole, name) || (r->profile && !strcasecmp(whole, r->profile)))
		return false;
	return strcasecmp(name, CARRY_IGNORE) != 0 &&
	       strncasecmp(name, CARRY_TEMP, strlen(CARRY_TEMP)) != 0 &&
	       strncasecmp(name, PORTER_PART, strlen(PORTER_PART)) != 0;
}
