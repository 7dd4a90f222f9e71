/* SPDX-License-Identifier: MIT */
/* What texts of a plan may look like: no other place has a rule for them. Each check
 * returns 0, or -1 with e saying what is allowed. */
#ifndef CNNRUN_PLAN_CHECKS_H
#define CNNRUN_PLAN_CHECKS_H

#include <stdbool.h>

#include "base/err.h"

/* One of names; the message lists them. */
int check_one_of(const char *s, const char *const *names, struct err *e);

int check_text(const char *s, struct err *e);      /* not empty */
int check_label(const char *s, struct err *e);     /* its key */
int check_target(const char *s, struct err *e);    /* absolute path, no "..", not "/" */
int check_workdir(const char *s, struct err *e);   /* absolute path, no ".." */
int check_name(const char *s, struct err *e);      /* of a container or a volume */
int check_network(const char *s, struct err *e);   /* its name or mode */
int check_service(const char *s, struct err *e);   /* the name of one */
int check_job(const char *s, struct err *e);       /* its number, "42" or "42_3" */
int check_user(const char *s, struct err *e);      /* the name of one */
int check_group(const char *s, struct err *e);     /* its name or number */
int check_becomes(const char *s, struct err *e);   /* a user, by name or number */
int check_hostname(const char *s, struct err *e);  /* the container's own */
int check_host(const char *s, struct err *e);      /* that of another machine */
int check_address(const char *s, struct err *e);   /* IP address or "host-gateway" */
int check_ip(const char *s, struct err *e);        /* IPv4 or IPv6 address */
int check_reference(const char *s, struct err *e); /* of an image */
int check_context(const char *s, struct err *e);
int check_context_source(const char *s, struct err *e);
int check_cache(const char *s, struct err *e);    /* where one is kept: */
bool cache_is_directory(const char *s);           /* … or in an image? */
int check_env_name(const char *s, struct err *e); /* no '=', no space, not empty */
int check_ipc(const char *s, struct err *e);
int check_pid(const char *s, struct err *e);
int check_rights(const char *s, struct err *e);
int check_capability(const char *s, struct err *e); /* without CAP_ */
int check_security(const char *s, struct err *e);   /* an option as "seccomp=x" */
int check_device_rule(const char *s, struct err *e);
int check_cgroup(const char *s, struct err *e); /* path or slice */
int check_sysctl(const char *s, struct err *e);
int check_restart(const char *s, struct err *e);
int check_signal(const char *s, struct err *e);
int check_timezone(const char *s, struct err *e);
int check_cpuset(const char *s, struct err *e);
int check_detach_keys(const char *s, struct err *e);

#endif
