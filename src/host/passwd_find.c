/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "host/passwd.h"
#include "host/passwd_line.h"

static char *field_of(const struct passwd_line *l, int i)
{
	return xstrndup(l->at[i], l->len[i]);
}

/* The first line of that name, else the first of that number, as engines look for it. */
static bool find_line(
	const char *text, int n_fields, const char *who, struct passwd_line *out)
{
	bool found = false;
	const char *line;
	size_t n;

	while (text && (line = passwd_next(&text, &n))) {
		struct passwd_line l = passwd_split(line, n);
		unsigned long id;

		if (l.n != n_fields || !passwd_number(&l, 2, &id))
			continue;
		if (passwd_is(&l, who)) {
			*out = l;
			return true;
		}
		if (!found && l.len[2] == strlen(who) &&
			!memcmp(l.at[2], who, l.len[2])) {
			*out = l;
			found = true;
		}
	}
	return found;
}

bool passwd_find(const char *text, const char *who, struct passwd_entry *out)
{
	struct passwd_line l;
	unsigned long uid, gid;

	if (!find_line(text, PASSWD_FIELDS, who, &l) || !passwd_number(&l, 2, &uid) ||
		!passwd_number(&l, 3, &gid))
		return false;
	*out = (struct passwd_entry){.name = field_of(&l, 0),
		.uid = (uid_t)uid,
		.gid = (gid_t)gid,
		.gecos = field_of(&l, 4),
		.home = field_of(&l, 5),
		.shell = field_of(&l, 6)};
	return true;
}

void passwd_entry_free(struct passwd_entry *p)
{
	free(p->name);
	free(p->gecos);
	free(p->home);
	free(p->shell);
	*p = (struct passwd_entry){0};
}

bool group_find(const char *text, const char *who, gid_t *gid, char **name)
{
	struct passwd_line l;
	unsigned long id;

	if (!find_line(text, GROUP_FIELDS, who, &l) || !passwd_number(&l, 2, &id))
		return false;
	*gid = (gid_t)id;
	if (name)
		*name = field_of(&l, 0);
	return true;
}

void groups_with(const char *text, const char *member, struct strv *gids)
{
	const char *line;
	size_t n;

	while (text && (line = passwd_next(&text, &n))) {
		struct passwd_line l = passwd_split(line, n);
		unsigned long gid;

		if (l.n == GROUP_FIELDS && passwd_number(&l, 2, &gid) &&
			passwd_has_member(&l, member))
			strv_addf(gids, "%lu", gid);
	}
}
