/* SPDX-License-Identifier: MIT */
/* What a user adds to a profile by docker's options. Typed by the user, it is granted,
 * but for where links of the project lead it. */
#ifndef CNNRUN_CLI_AD_HOC_H
#define CNNRUN_CLI_AD_HOC_H

#include "plan/plan.h"

/* Each takes the option's value, and replaces what the profile has in the same place. */
int ad_hoc_mount(struct plan *p, const char *text, struct err *e);   /* PATH:DST[:ro] */
int ad_hoc_port(struct plan *p, const char *text, struct err *e);    /* as publish */
int ad_hoc_volume(struct plan *p, const char *text, struct err *e);  /* SRC:DST[:ro] */
int ad_hoc_publish(struct plan *p, const char *text, struct err *e); /* [HOST:]PORT */
int ad_hoc_device(struct plan *p, const char *text, struct err *e); /* HOST[:DST[:rwm]] */
int ad_hoc_gpus(struct plan *p, const char *text, struct err *e);   /* all, 0,1 … */
int ad_hoc_network(struct plan *p, const char *text, struct err *e);  /* NAME */
int ad_hoc_user(struct plan *p, const char *text, struct err *e);     /* UID[:GID] … */
int ad_hoc_env_file(struct plan *p, const char *text, struct err *e); /* PATH */
int ad_hoc_parallel(struct plan *p, const char *text, struct err *e); /* N */
int ad_hoc_after(struct plan *p, const char *text, struct err *e);    /* JOB[:STATE] */
/* A path as it was typed in the working directory, absolute. The caller frees; NULL with
 * e. */
char *ad_hoc_path(const char *source, struct err *e);
/* Without the profile's command, which was another program's. */
void ad_hoc_entrypoint(struct plan *p, const char *text);

#endif
