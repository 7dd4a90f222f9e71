/* SPDX-License-Identifier: MIT */
/* What doctor's checks report to. */
#ifndef CNNRUN_CLI_DOCTOR_H
#define CNNRUN_CLI_DOCTOR_H

#include "base/json.h"
#include "cli/command.h"

enum finding { FINDING_OK, FINDING_WARN, FINDING_FAIL };

struct report {
	cJSON *findings; /* array of {"level","what","detail","cure"} */
	int n_failed;
};

/* cure may be NULL. */
void report_add(struct report *r, enum finding level, const char *what, const char *cure,
	const char *fmt, ...) __attribute__((format(printf, 5, 6)));

void doctor_machine(struct report *r);
void doctor_engine(struct report *r, struct cli *c);
/* Of an engine on another machine, and of what that has not: true = it is one. */
bool doctor_elsewhere(struct report *r, struct cli *c);
void doctor_gpus(struct report *r, struct cli *c);
void doctor_display(struct report *r);
void doctor_session(struct report *r);
/* What is not needed by every container. */
void doctor_needs(struct report *r);
void doctor_user(struct report *r);

#endif
