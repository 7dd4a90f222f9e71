/* SPDX-License-Identifier: MIT */
/* What never comes home, for programs of this side obey it unasked. */
#ifndef CNNRUN_LAUNCH_CARRY_RULES_H
#define CNNRUN_LAUNCH_CARRY_RULES_H

#include "host/repository/repository.h"

struct carry_rules {
	const char *top; /* the directory; borrowed, as is: */
	const char *profile;
	struct repositories repositories;
};
void carry_rules_find(struct carry_rules *r, const char *top, const char *profile);
/* path is below top. Names are compared without regard to case: so do some disks. */
bool carry_rules_allow(const struct carry_rules *r, const char *path);
void carry_rules_free(struct carry_rules *r);

#endif
