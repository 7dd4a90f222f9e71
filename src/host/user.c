/* SPDX-License-Identifier: MIT */
#include "host/user.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

/* A directory service may answer with groups of many thousand members. */
enum { NSS_FIRST = 1024, NSS_MAX = 64 << 20 };

/* One of the four get..._r() calls; id or name is its key. */
struct lookup {
	int (*ask)(struct lookup *q, char *buf, size_t n);
	const char *name;
	unsigned id;
	struct passwd pw;
	struct group gr;
	bool found;
};

static int ask_uid(struct lookup *q, char *buf, size_t n)
{
	struct passwd *r = NULL;
	int rc = getpwuid_r((uid_t)q->id, &q->pw, buf, n, &r);

	q->found = r != NULL;
	return rc;
}

static int ask_user(struct lookup *q, char *buf, size_t n)
{
	struct passwd *r = NULL;
	int rc = getpwnam_r(q->name, &q->pw, buf, n, &r);

	q->found = r != NULL;
	return rc;
}

static int ask_gid(struct lookup *q, char *buf, size_t n)
{
	struct group *r = NULL;
	int rc = getgrgid_r((gid_t)q->id, &q->gr, buf, n, &r);

	q->found = r != NULL;
	return rc;
}

static int ask_group(struct lookup *q, char *buf, size_t n)
{
	struct group *r = NULL;
	int rc = getgrnam_r(q->name, &q->gr, buf, n, &r);

	q->found = r != NULL;
	return rc;
}

/* POSIX lets these errors mean "no such entry" as well. */
static bool means_absent(int rc)
{
	return rc == 0 || rc == ENOENT || rc == ESRCH || rc == EBADF || rc == EPERM;
}

/* The strings of the answer point into *buf, which the caller frees. -1 with errno when
 * the user database fails. */
static int look_up(struct lookup *q, char **buf)
{
	for (size_t n = NSS_FIRST; n <= NSS_MAX; n *= 2) {
		int rc;

		*buf = xrealloc(*buf, n);
		do
			rc = q->ask(q, *buf, n);
		while (rc == EINTR);
		if (rc == ERANGE)
			continue;
		if (!q->found && !means_absent(rc)) {
			errno = rc;
			return -1;
		}
		return 0;
	}
	errno = ERANGE;
	return -1;
}

/* ':' and line ends would forge entries in the container's passwd and group files. */
static bool is_field(const char *s)
{
	for (; *s; s++)
		if (*s == ':' || (unsigned char)*s < ' ' || *s == 127)
			return false;
	return true;
}

static int field(char **out, const char *value, const char *what, const struct lookup *q,
	struct err *e)
{
	if (!is_field(value))
		return err_set(e, EINVAL,
			"the %s of uid or gid %u holds ':' or a control character; "
			"correct its entry in the user database",
			what, q->id);
	*out = xstrdup(value);
	return 0;
}

/* The real name is for display only: what does not fit is replaced. */
static char *clean(const char *s)
{
	char *copy = xstrdup(s ? s : "");

	for (char *p = copy; *p; p++)
		if (*p == ':' || (unsigned char)*p < ' ' || *p == 127)
			*p = ' ';
	return copy;
}

static int fill_entry(struct host_user *out, const struct lookup *q, struct err *e)
{
	const struct passwd *pw = &q->pw;

	out->gecos = clean(pw->pw_gecos);
	if (field(&out->name, pw->pw_name, "user name", q, e) < 0)
		return -1;
	if (field(&out->home, pw->pw_dir && *pw->pw_dir ? pw->pw_dir : "/", "home", q,
		    e) < 0)
		return -1;
	return field(&out->shell,
		pw->pw_shell && *pw->pw_shell ? pw->pw_shell : "/bin/sh", "shell", q, e);
}

static void fill_unknown(struct host_user *out)
{
	out->name = xasprintf("u%u", (unsigned)out->uid);
	out->home = xasprintf("/home/u%u", (unsigned)out->uid);
	out->gecos = xstrdup("");
	out->shell = xstrdup("/bin/sh");
}

char *host_group_name(gid_t gid)
{
	AUTO_FREE char *buf = NULL;
	struct lookup q = {.ask = ask_gid, .id = (unsigned)gid};

	if (look_up(&q, &buf) < 0 || !q.found || !*q.gr.gr_name ||
		!is_field(q.gr.gr_name))
		return NULL;
	return xstrdup(q.gr.gr_name);
}

static char *group_name_or_number(gid_t gid)
{
	char *name = host_group_name(gid);

	return name ? name : xasprintf("g%u", (unsigned)gid);
}

static int fill_groups(struct host_user *out, struct err *e)
{
	AUTO_FREE gid_t *gids = NULL;
	int n = getgroups(0, NULL);

	if (n < 0)
		return err_errno(e, "list the groups of this process");
	gids = xcalloc((size_t)n, sizeof *gids);
	n = getgroups(n, gids);
	if (n < 0)
		return err_errno(e, "list the groups of this process");
	out->groups = xcalloc((size_t)n, sizeof *out->groups);
	for (int i = 0; i < n; i++)
		if (gids[i] != out->gid)
			out->groups[out->n_groups++] = (struct host_group){
				group_name_or_number(gids[i]), gids[i]};
	return 0;
}

int host_user_get(struct host_user *out, struct err *e)
{
	AUTO_FREE char *buf = NULL;
	struct lookup q = {.ask = ask_uid, .id = (unsigned)getuid()};
	int rc = 0;

	*out = (struct host_user){.uid = getuid(), .gid = getgid()};
	if (look_up(&q, &buf) < 0)
		return err_errno(e, "look up uid %u", q.id);
	if (q.found)
		rc = fill_entry(out, &q, e);
	else
		fill_unknown(out);
	if (rc == 0) {
		out->group = group_name_or_number(out->gid);
		rc = fill_groups(out, e);
	}
	if (rc < 0)
		host_user_free(out);
	return rc;
}

void host_user_free(struct host_user *u)
{
	for (size_t i = 0; i < u->n_groups; i++)
		free(u->groups[i].name);
	free(u->groups);
	free(u->name);
	free(u->group);
	free(u->gecos);
	free(u->home);
	free(u->shell);
	*u = (struct host_user){0};
}

/* (gid_t)-1 is "no group" to the kernel. */
static bool parse_gid(const char *s, gid_t *gid)
{
	unsigned long v;

	if (!*s || strspn(s, "0123456789") != strlen(s) || strlen(s) > 10)
		return false;
	v = strtoul(s, NULL, 10);
	*gid = (gid_t)v;
	return v < UINT32_MAX;
}

int host_group_find(const char *name_or_gid, struct host_group *out, struct err *e)
{
	AUTO_FREE char *buf = NULL;
	struct lookup q = {.ask = ask_group, .name = name_or_gid};
	gid_t gid;

	*out = (struct host_group){0};
	if (look_up(&q, &buf) < 0)
		return err_errno(e, "look up group %s", name_or_gid);
	if (q.found)
		gid = q.gr.gr_gid;
	else if (!parse_gid(name_or_gid, &gid))
		return err_set(e, ENOENT,
			"no group \"%s\" on this machine; `getent group` lists them, "
			"and a number works as well",
			name_or_gid);
	*out = (struct host_group){group_name_or_number(gid), gid};
	return 0;
}

char *host_user_name(uid_t uid)
{
	AUTO_FREE char *buf = NULL;
	struct lookup q = {.ask = ask_uid, .id = uid};

	if (look_up(&q, &buf) < 0 || !q.found)
		return xasprintf("u%u", (unsigned)uid);
	return xstrdup(q.pw.pw_name);
}

bool host_uid_of(const char *name, uid_t *uid)
{
	AUTO_FREE char *buf = NULL;
	struct lookup q = {.ask = ask_user, .name = name};

	if (look_up(&q, &buf) < 0 || !q.found)
		return false;
	*uid = q.pw.pw_uid;
	return true;
}
