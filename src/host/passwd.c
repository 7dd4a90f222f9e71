/* SPDX-License-Identifier: MIT */
#include "host/passwd.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "host/passwd_line.h"

static const char root_passwd[] = "root:*:0:0:root:/root:/bin/sh\n";
static const char root_group[] = "root:x:0:\n";

/* Copies value as a field of ours. */
static char *field(const char *value)
{
	char *copy = xstrdup(value);

	if (*copy == '+' || *copy == '-' || *copy == '#')
		*copy = '_';
	for (char *p = copy; *p; p++)
		if (*p == ':' || (unsigned char)*p < ' ' || *p == 127)
			*p = '_';
	return copy;
}

/* A name also stands in lists of members, where ',' and blanks would end it. */
static char *name_field(const char *name, char prefix, unsigned id)
{
	char *copy;

	if (!name || !*name)
		return xasprintf("%c%u", prefix, id);
	copy = field(name);
	for (char *p = copy; *p; p++)
		if (*p == ',' || *p == ' ')
			*p = '_';
	return copy;
}

/* A first field that is a name: not a comment, nor what the C library reads as an
 * instruction for NIS. */
static bool has_name(const struct passwd_line *l)
{
	if (!l->len[0] || strchr("+-#", l->at[0][0]))
		return false;
	for (size_t i = 0; i < l->len[0]; i++)
		if ((unsigned char)l->at[0][i] <= ' ' || l->at[0][i] == 127)
			return false;
	return true;
}

static bool is_ours(const char *s, size_t n, const char *name)
{
	struct passwd_line l = passwd_split(s, n);
	unsigned long uid, gid;

	return l.n == PASSWD_FIELDS && passwd_number(&l, 2, &uid) &&
	       passwd_number(&l, 3, &gid) && passwd_is(&l, name);
}

char *passwd_merge(
	const char *image, const struct resolved_identity *id, const char *shell)
{
	AUTO_FREE char *name = name_field(id->name, 'u', (unsigned)id->uid);
	AUTO_FREE char *gecos = field(id->gecos ? id->gecos : "");
	AUTO_FREE char *home = field(id->home && *id->home ? id->home : "/");
	AUTO_FREE char *sh = field(id->shell ? id->shell : shell ? shell : "/bin/sh");
	AUTO_BUF struct buf out = {0};
	const char *rest = image ? image : root_passwd, *line;
	size_t n;

	if (!id->wanted || id->uid == 0)
		return xstrdup(image ? image : "");
	buf_addf(&out, "%s:*:%u:%u:%s:%s:%s\n", name, (unsigned)id->uid,
		(unsigned)id->gid, gecos, home, sh);
	while ((line = passwd_next(&rest, &n))) {
		if (is_ours(line, n, name))
			continue;
		buf_add(&out, line, n);
		buf_addc(&out, '\n');
	}
	return buf_take(&out);
}

static bool has_gid(const struct passwd_line *l, gid_t gid)
{
	unsigned long v;

	return l->n == GROUP_FIELDS && has_name(l) && passwd_number(l, 2, &v) && v == gid;
}

/* Puts the line into out, with name as a member more. */
static void add_with_member(struct buf *out, const char *s, size_t n, const char *name)
{
	struct passwd_line l = passwd_split(s, n);

	buf_add(out, s, n);
	if (!passwd_has_member(&l, name)) {
		if (l.len[3] && s[n - 1] != ',')
			buf_addc(out, ',');
		buf_adds(out, name);
	}
	buf_addc(out, '\n');
}

/* One group of ours into *text. */
static void put_group(
	char **text, const char *group, gid_t gid, const char *name, bool primary)
{
	AUTO_FREE char *own = name_field(group, 'g', (unsigned)gid);
	AUTO_BUF struct buf out = {0};
	const char *rest = *text, *line;
	bool there = false;
	size_t n;

	while ((line = passwd_next(&rest, &n))) {
		struct passwd_line l = passwd_split(line, n);

		if (has_gid(&l, gid)) {
			add_with_member(&out, line, n, name);
			there = true;
			continue;
		}
		buf_add(&out, line, n);
		buf_addc(&out, '\n');
	}
	if (!there && primary) {
		AUTO_FREE char *old = buf_take(&out);

		buf_addf(&out, "%s:x:%u:%s\n%s", own, (unsigned)gid, name, old);
	} else if (!there) {
		buf_addf(&out, "%s:x:%u:%s\n", own, (unsigned)gid, name);
	}
	free(*text);
	*text = buf_take(&out);
}

char *group_merge(const char *image, const struct resolved_identity *id)
{
	AUTO_FREE char *name = name_field(id->name, 'u', (unsigned)id->uid);
	char *text;

	if (!id->wanted || id->uid == 0)
		return xstrdup(image ? image : "");
	text = xstrdup(image ? image : root_group);
	put_group(&text, id->group, id->gid, name, true);
	for (size_t i = 0; i < id->n_groups; i++)
		put_group(&text, id->groups[i].name, id->groups[i].gid, name, false);
	return text;
}
