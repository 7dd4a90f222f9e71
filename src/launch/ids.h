/* SPDX-License-Identifier: MIT */
/* Whose rights a number is: its files can be left in what is mounted, setuid and setgid
 * ones too. */
#ifndef CNNRUN_LAUNCH_IDS_H
#define CNNRUN_LAUNCH_IDS_H

#include "host/user.h"
#include "right/right.h"

/* Each adds the right that being id needs, none where it is the user's own, or nobody's.
 * Root needs none for being another; being root is another right. */
void rights_add_uid(struct rights *r, const struct host_user *me, uid_t uid);
void rights_add_gid(struct rights *r, const struct host_user *me, gid_t gid);

#endif
