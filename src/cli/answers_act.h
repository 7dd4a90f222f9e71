/* SPDX-License-Identifier: MIT */
/* cnn.run and cnn.exec. */
#ifndef CNNRUN_CLI_ANSWERS_ACT_H
#define CNNRUN_CLI_ANSWERS_ACT_H

#include "cli/answers.h"

/* {"plan":…, "capture":bool, "input":text} → {"code","seconds"} and, captured,
 * "stdout", "stderr". */
int answer_run(struct answers *a, const cJSON *args, cJSON **reply, struct err *e);
/* {"container":name, "command":[…], "capture", "input", "user", "workdir"} → the same. */
int answer_exec(struct answers *a, const cJSON *args, cJSON **reply, struct err *e);

#endif
