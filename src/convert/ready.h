/* SPDX-License-Identifier: MIT */
/* How docker finds out that a service is ready. */
#ifndef CNNRUN_CONVERT_READY_H
#define CNNRUN_CONVERT_READY_H

#include "plan/plan.h"

/* The words of a program that succeeds in the service once it is; none where no program
 * in it can tell. */
void ready_command(const struct plan_ready *r, struct strv *out);
int ready_seconds(const struct plan_ready *r); /* that it may take */

#endif
