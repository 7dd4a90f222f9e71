/* SPDX-License-Identifier: MIT */
#ifndef CNNRUN_ENGINE_START_ERROR_H
#define CNNRUN_ENGINE_START_ERROR_H

#include "base/err.h"

/* The exit status for a refused start or exec, as docker gives them: 127 no such program,
 * 126 not executable, else 125. The runtimes' stack of causes in e->msg is cut down to
 * the part that names the program. */
int start_error(struct err *e);

#endif
