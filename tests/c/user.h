/* SPDX-License-Identifier: MIT */
/* A test as a user of its choosing, with a passwd and a group file of its own, whoever
 * runs it: these stand before the C library's functions of the same names. */
#ifndef CNNRUN_TESTS_USER_H
#define CNNRUN_TESTS_USER_H

#include "test.h"

#include <grp.h>
#include <pwd.h>
#include <sys/syscall.h>

/* passwd NULL = this process as it is. */
static struct {
	const char *passwd, *group; /* texts of the files */
	uid_t uid;
	gid_t gid, groups[2];
} me;

uid_t getuid(void)
{
	return me.passwd ? me.uid : (uid_t)syscall(SYS_getuid);
}

gid_t getgid(void)
{
	return me.passwd ? me.gid : (gid_t)syscall(SYS_getgid);
}

int getgroups(int n, gid_t *out)
{
	if (!me.passwd)
		return (int)syscall(SYS_getgroups, n, out);
	if (n)
		memcpy(out, me.groups, sizeof me.groups);
	return COUNT_OF(me.groups);
}

static FILE *open_text(const char *text)
{
	FILE *f = *text ? fmemopen((void *)(uintptr_t)text, strlen(text), "r")
			: fopen("/dev/null", "r");

	assert_non_null(f);
	return f;
}

int getpwuid_r(uid_t uid, struct passwd *p, char *buf, size_t n, struct passwd **found)
{
	FILE *f;
	int rc;

	if (!me.passwd)
		return NEXT(getpwuid_r)(uid, p, buf, n, found);
	f = open_text(me.passwd);
	while ((rc = fgetpwent_r(f, p, buf, n, found)) == 0 && p->pw_uid != uid)
		;
	fclose(f);
	return rc == ENOENT ? 0 : rc;
}

int getgrgid_r(gid_t gid, struct group *g, char *buf, size_t n, struct group **found)
{
	FILE *f;
	int rc;

	if (!me.passwd)
		return NEXT(getgrgid_r)(gid, g, buf, n, found);
	f = open_text(me.group);
	while ((rc = fgetgrent_r(f, g, buf, n, found)) == 0 && g->gr_gid != gid)
		;
	fclose(f);
	return rc == ENOENT ? 0 : rc;
}

#endif
