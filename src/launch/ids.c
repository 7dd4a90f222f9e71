/* SPDX-License-Identifier: MIT */
#include "launch/ids.h"

enum { NOBODY = 65534 }; /* owns no files */

static bool is_mine(const struct host_user *me, gid_t gid)
{
	for (size_t i = 0; i < me->n_groups; i++)
		if (me->groups[i].gid == gid)
			return true;
	return gid == me->gid;
}

void rights_add_uid(struct rights *r, const struct host_user *me, uid_t uid)
{
	if (uid != me->uid && me->uid != 0 && uid != NOBODY)
		rights_addf(r, RIGHT_USER, "%u", uid);
}

void rights_add_gid(struct rights *r, const struct host_user *me, gid_t gid)
{
	if (!is_mine(me, gid) && me->uid != 0 && gid != NOBODY)
		rights_addf(r, RIGHT_GID, "%u", gid);
}
