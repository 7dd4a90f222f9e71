/* SPDX-License-Identifier: MIT */
/* cnn.run and cnn.exec. */
#ifndef CNNRUN_CLI_ANSWERS_ACT_H
#define CNNRUN_CLI_ANSWERS_ACT_H

#include "cli/answers.h"

/* {"plan":…, "capture":bool, "input":text} → {"code","seconds"} and, captured,
 * "stdout", "stderr". */
int answer_run(struct answers *a, const cJSON *args, cJSON **reply, struct err *e);
/* {"name":container, "command":[…], "user", "workdir", "env":{…}} → the same, captured. */
int answer_exec(struct answers *a, const cJSON *args, cJSON **reply, struct err *e);

#endif
