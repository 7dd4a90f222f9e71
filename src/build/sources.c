/* SPDX-License-Identifier: MIT */
#include "build/sources.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

static const char from[] = "from=", mount[] = "--mount=", copy_from[] = "--from=";

bool source_is_number(const char *name)
{
	return !name[strspn(name, "0123456789")];
}

/* The name at the beginning of s, without what a list in quotes puts around it. */
static void tell(const char *s, void (*each)(void *ctx, const char *name), void *ctx)
{
	const char *start = s + strspn(s, "\"'");
	AUTO_FREE char *name = xstrndup(start, strcspn(start, " \t,\"'"));

	if (*name)
		each(ctx, name);
}

/* --mount=type=bind,from=image,target=/x */
static void in_mount(const char *word, bool loose,
	void (*each)(void *ctx, const char *name), void *ctx)
{
	const char *at = word + sizeof mount - 1;

	if (loose && (at = strcasestr(word, from)))
		tell(at + sizeof from - 1, each, ctx);
	for (; !loose && at; at = strchr(at, ',')) {
		at += strspn(at, ",\"");
		if (!strncasecmp(at, from, sizeof from - 1))
			tell(at + sizeof from - 1, each, ctx);
	}
}

void step_sources(const char *text, bool loose, void (*each)(void *ctx, const char *name),
	void *ctx)
{
	const char *at = loose ? text : text + strcspn(text, " \t");
	bool run = tolower((unsigned char)*text) == 'r';

	while ((at = loose ? strstr(at, "--") : at + strspn(at, " \t")) &&
		!strncmp(at, "--", 2)) {
		AUTO_FREE char *word = xstrndup(at, strcspn(at, " \t"));

		if (run && !strncasecmp(word, mount, sizeof mount - 1))
			in_mount(word, loose, each, ctx);
		else if (!run && !strncasecmp(word, copy_from, sizeof copy_from - 1))
			tell(word + sizeof copy_from - 1, each, ctx);
		at += loose ? 1 : strlen(word);
	}
}
