/* SPDX-License-Identifier: MIT */
/* What a user adds to a profile by docker's options. Typed by the user, it is granted,
 * but for where links of the project lead it. */
#ifndef CNNRUN_CLI_AD_HOC_H
#define CNNRUN_CLI_AD_HOC_H

#include "plan/plan.h"

/* Each takes the option's value, and replaces what the profile has in the same place. */
int ad_hoc_volume(struct plan *p, const char *text, struct err *e);  /* SRC:DST[:ro] */
int ad_hoc_publish(struct plan *p, const char *text, struct err *e); /* [HOST:]PORT */
int ad_hoc_device(struct plan *p, const char *text, struct err *e); /* HOST[:DST[:rwm]] */
/* Without the profile's command, which was another program's. */
void ad_hoc_entrypoint(struct plan *p, const char *text);

#endif
