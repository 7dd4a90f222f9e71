/* SPDX-License-Identifier: MIT */
/* Users and groups of this machine, through NSS so that LDAP and SSSD work. */
#ifndef CNNRUN_HOST_USER_H
#define CNNRUN_HOST_USER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

struct host_group {
	char *name; /* never NULL: "gNNN" where the gid has no entry or an unusable one */
	gid_t gid;
};

struct host_user {
	uid_t uid;
	gid_t gid;
	char *name, *group, *gecos, *home, *shell; /* never NULL; no ':' or newline */
	struct host_group *groups;                 /* supplementary, without gid */
	size_t n_groups;
};

/* The user who runs cnnrun: uid and gid of the process. An entry-less uid gets the name
 * "uNNN" and home "/home/uNNN". Under sudo the invoking user is NOT looked up. */
int host_user_get(struct host_user *out, struct err *e);
/* The supplementary groups are those of the process, so that newgrp and sg count. */
void host_user_free(struct host_user *u);
#define AUTO_USER __attribute__((cleanup(host_user_free)))

/* A group of this machine by name or number; a number needs no entry. The caller frees
 * out->name. */
int host_group_find(const char *name_or_gid, struct host_group *out, struct err *e);
/* Name of a gid, NULL when it has none. The caller frees. */
char *host_group_name(gid_t gid);
/* Name of a uid, "uNNN" when it has none. The caller frees. */
char *host_user_name(uid_t uid);
/* The uid of a user name; false = nobody has that name. */
bool host_uid_of(const char *name, uid_t *uid);

#endif
