/* SPDX-License-Identifier: MIT */
/* How the image of a plan is built, in words of docker's. */
#ifndef CNNRUN_CONVERT_BUILD_H
#define CNNRUN_CONVERT_BUILD_H

#include "plan/plan.h"

/* A path of the plan's, seen from the project, or from another directory of the plan's.
 * The caller frees. */
char *plan_path(const struct plan *p, const char *path);
char *plan_path_from(const struct plan *p, const char *dir, const char *path);
/* Options of docker build, all but the context; a secret argument by its name. */
void docker_build_options(const struct plan *p, struct kvs *out);
/* The arguments; NULL = the value is not for showing. */
void docker_build_arguments(const struct plan *p, struct kvs *out);
/* "gui" of /p/gui.lua: what the file is about. The caller frees. */
char *plan_stem(const struct plan *p);

#endif
