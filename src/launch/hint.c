/* SPDX-License-Identifier: MIT */
#include "launch/hint.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"

bool hint_listens(const struct resolved *s)
{
	return !s->set.privileged && !settings_as_docker(&s->set);
}

static bool says(const char *said, const char *const *words)
{
	while (*words && !strcasestr(said, *words))
		words++;
	return *words;
}

static bool is_root(const char *user)
{
	size_t n = user ? strcspn(user, ":") : 0;

	return !n || (n == 1 && *user == '0') || (n == 4 && !strncmp(user, "root", 4));
}

/* Does the image's own entrypoint run, as a user who is not the one it is made for? */
static bool expects_root(const struct resolved *s)
{
	return s->has_user && s->uid != 0 && is_root(s->from.user) &&
	       s->from.entrypoint.n && !s->set.has_entrypoint;
}

void hint_rights(const struct resolved *s, const char *said)
{
	/* of sudo and su, whose file's mark counts for nothing */
	static const char *const setuid[] = {"no new privileges", "must be suid",
		"must be setuid", "effective uid is not 0", NULL};
	static const char *const refused[] = {"operation not permitted", NULL};
	bool user = false;

	if (!says(said, setuid)) {
		user = expects_root(s);
		if (!says(said, refused) || (s->has_user && s->uid != 0 && !user))
			return;
	}
	log_warn("the image seems to be made for docker's default rights, which the "
		 "profile does not ask for: add %sc:rights \"docker\"",
		user ? "c:user \"image\" and " : "");
}
