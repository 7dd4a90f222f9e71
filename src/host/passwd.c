/* SPDX-License-Identifier: MIT */
#include "host/passwd.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

enum { PASSWD_FIELDS = 7, GROUP_FIELDS = 4, MAX_FIELDS = 7 };

static const char root_passwd[] = "root:*:0:0:root:/root:/bin/sh\n";
static const char root_group[] = "root:x:0:\n";

/* A line's fields, as pieces of the text. */
struct line {
	const char *at[MAX_FIELDS];
	size_t len[MAX_FIELDS];
	int n; /* fields found, MAX_FIELDS + 1 = more */
};

static struct line split(const char *s, size_t n)
{
	struct line l = {.n = 0};
	const char *end = s + n;

	for (;;) {
		const char *colon = memchr(s, ':', (size_t)(end - s));
		const char *stop = colon ? colon : end;

		if (l.n < MAX_FIELDS) {
			l.at[l.n] = s;
			l.len[l.n] = (size_t)(stop - s);
		}
		if (l.n <= MAX_FIELDS)
			l.n++;
		if (!colon)
			return l;
		s = colon + 1;
	}
}

static bool number(const struct line *l, int i, unsigned long *out)
{
	unsigned long v = 0;

	if (!l->len[i] || l->len[i] > 10)
		return false;
	for (size_t k = 0; k < l->len[i]; k++) {
		char c = l->at[i][k];

		if (c < '0' || c > '9')
			return false;
		v = v * 10 + (unsigned long)(c - '0');
	}
	*out = v;
	return v <= UINT32_MAX;
}

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
static bool has_name(const struct line *l)
{
	if (!l->len[0] || strchr("+-#", l->at[0][0]))
		return false;
	for (size_t i = 0; i < l->len[0]; i++)
		if ((unsigned char)l->at[0][i] <= ' ' || l->at[0][i] == 127)
			return false;
	return true;
}

static bool is_name(const struct line *l, const char *name)
{
	return l->len[0] == strlen(name) && !memcmp(l->at[0], name, l->len[0]);
}

/* The next line, without its end, or NULL; the last one may lack an end. */
static const char *next_line(const char **text, size_t *n)
{
	const char *start = *text;

	if (!*start)
		return NULL;
	*n = strcspn(start, "\n");
	*text = start + *n + (start[*n] == '\n');
	return start;
}

static bool is_ours(const char *s, size_t n, const char *name)
{
	struct line l = split(s, n);
	unsigned long uid, gid;

	return l.n == PASSWD_FIELDS && number(&l, 2, &uid) && number(&l, 3, &gid) &&
	       is_name(&l, name);
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
	while ((line = next_line(&rest, &n))) {
		if (is_ours(line, n, name))
			continue;
		buf_add(&out, line, n);
		buf_addc(&out, '\n');
	}
	return buf_take(&out);
}

static bool has_gid(const struct line *l, gid_t gid)
{
	unsigned long v;

	return l->n == GROUP_FIELDS && has_name(l) && number(l, 2, &v) && v == gid;
}

static bool has_member(const struct line *l, const char *name)
{
	const char *s = l->at[3], *end = s + l->len[3];

	while (s < end) {
		const char *comma = memchr(s, ',', (size_t)(end - s));
		const char *stop = comma ? comma : end;

		if ((size_t)(stop - s) == strlen(name) && !memcmp(s, name, strlen(name)))
			return true;
		s = stop + 1;
	}
	return false;
}

/* Puts the line into out, with name as a member more. */
static void add_with_member(struct buf *out, const char *s, size_t n, const char *name)
{
	struct line l = split(s, n);

	buf_add(out, s, n);
	if (!has_member(&l, name)) {
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

	while ((line = next_line(&rest, &n))) {
		struct line l = split(line, n);

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
