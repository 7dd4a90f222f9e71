/* SPDX-License-Identifier: MIT */
#include "launch/hint.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"

enum { HEARD_BYTES = 8192 };

bool hint_listens(const struct resolved *s)
{
	return !s->set.privileged && !settings_as_docker(&s->set);
}

void hint_hear(struct buf *heard, const char *data, size_t n)
{
	if (n > HEARD_BYTES) {
		data += n - HEARD_BYTES;
		n = HEARD_BYTES;
	}
	if (heard->n > 3 * HEARD_BYTES)
		buf_drop(heard, heard->n - HEARD_BYTES);
	buf_add(heard, data, n);
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

/* Root without capabilities may not even write in your directories. 126 is said of a file
 * that is no program. */
static bool is_denied(const struct resolved *s, int status, const char *said)
{
	static const char *const words[] = {"permission denied", NULL};

	return status != 126 && !strv_has(&s->set.cap_add, "DAC_OVERRIDE") &&
	       says(said, words);
}

void hint_rights(const struct resolved *s, bool root, int status, const struct buf *heard)
{
	/* of sudo and su, whose file's mark counts for nothing */
	static const char *const setuid[] = {"no new privileges", "must be suid",
		"must be setuid", "effective uid is not 0", NULL};
	static const char *const refused[] = {"operation not permitted", NULL};
	const char *said = buf_str(heard);
	bool user = !root && expects_root(s), tries = user || !s->has_user;

	root |= s->has_user ? s->uid == 0 : is_root(s->from.user);
	if (!hint_listens(s) || !status ||
		!(says(said, setuid) || ((root || tries) && says(said, refused)) ||
			((root || user) && is_denied(s, status, said))))
		return;
	log_warn("the image seems to be made for docker's default rights, which the "
		 "profile does not ask for: add %sc:rights \"docker\"",
		user && !says(said, setuid) ? "c:user \"image\" and " : "");
}
