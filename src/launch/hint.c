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

void hint_hear(struct heard *h, int channel, const char *data, size_t n)
{
	struct buf *b = &h->of[channel == 2];

	if (n > HEARD_BYTES) {
		data += n - HEARD_BYTES;
		n = HEARD_BYTES;
	}
	if (b->n > 3 * HEARD_BYTES)
		buf_drop(b, b->n - HEARD_BYTES);
	buf_add(b, data, n);
}

void heard_free(struct heard *h)
{
	for (size_t i = 0; i < COUNT_OF(h->of); i++)
		buf_free(&h->of[i]);
	*h = (struct heard){0};
}

/* All of it as one text. */
static char *text_of(const struct heard *h)
{
	struct buf b = {0};

	for (size_t i = 0; i < COUNT_OF(h->of); i++) {
		buf_add(&b, buf_str(&h->of[i]), h->of[i].n);
		buf_addc(&b, '\n');
	}
	for (size_t i = 0; i < b.n; i++)
		if (!b.p[i])
			b.p[i] = ' ';
	return buf_take(&b);
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
 * that is no program, "(publickey)" behind it by another machine. */
static bool is_denied(const struct resolved *s, int status, const char *said)
{
	static const char words[] = "permission denied";

	if (status == 126 || strv_has(&s->set.cap_add, "DAC_OVERRIDE"))
		return false;
	while ((said = strcasestr(said, words))) {
		said += strlen(words);
		if (strncmp(said, " (", 2) != 0)
			return true;
	}
	return false;
}

void hint_rights(const struct resolved *s, bool root, int status, const struct heard *h)
{
	/* of sudo and su, whose file's mark counts for nothing */
	static const char *const setuid[] = {"no new privileges", "must be suid",
		"must be setuid", "effective uid is not 0", NULL};
	static const char *const refused[] = {"operation not permitted", NULL};
	AUTO_FREE char *said = status ? text_of(h) : NULL;
	bool user = !root && expects_root(s), tries = user || !s->has_user;

	root |= s->has_user ? s->uid == 0 : is_root(s->from.user);
	if (!said || !hint_listens(s) ||
		!(says(said, setuid) || ((root || tries) && says(said, refused)) ||
			((root || user) && is_denied(s, status, said))))
		return;
	log_warn("the image seems to be made for docker's default rights, which the "
		 "profile does not ask for: add %sc:rights \"docker\"",
		user && !says(said, setuid) ? "c:user \"image\" and " : "");
}
