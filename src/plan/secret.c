/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/mem.h"
#include "plan/resolved.h"

bool is_open_variable(const char *name)
{
	static const char *const open[] = {"TERM", "COLORTERM", "LANG", "LANGUAGE", "TZ",
		"USER", "DISPLAY", "NO_COLOR"};

	for (size_t i = 0; i < COUNT_OF(open); i++)
		if (!strcmp(name, open[i]))
			return true;
	return !strncmp(name, "LC_", 3);
}

bool looks_secret(const char *name)
{
	static const char *const marks[] = {
		"TOKEN", "PASSWORD", "PASSWD", "KEY", "SECRET", "CREDENTIAL"};

	for (size_t i = 0; i < COUNT_OF(marks); i++)
		if (strcasestr(name, marks[i]))
			return true;
	return false;
}

bool resolved_hides(const struct resolved *s, const char *name)
{
	return looks_secret(name) || strv_has(&s->secrets, name);
}
