/* SPDX-License-Identifier: MIT */
/* The containers of a plan: the main one and the services beside it. */
#ifndef CNNRUN_PLAN_SERVICES_H
#define CNNRUN_PLAN_SERVICES_H

#include "plan/plan.h"

/* What services alone may ask for. */
extern const struct field service_fields[];

/* Reads all of them, and sees to it that they can be started in some order. */
int services_read(struct plan *p, const cJSON *containers, struct err *e);
/* What a container may not ask for because it is a service, or because it is none. */
int service_check(const struct plan *p, struct err *e);
/* One container; p->service says which. */
int container_read(struct plan *p, const cJSON *o, struct err *e);

#endif
