/* SPDX-License-Identifier: MIT */
/* Git's configuration, as far as it names files of a work tree that git obeys as well. */
#ifndef CNNRUN_HOST_GIT_CONFIG_H
#define CNNRUN_HOST_GIT_CONFIG_H

#include "base/strv.h"

/* Adds the values of core.hooksPath, and of path in include and includeIf, as they are
 * written there. */
void git_config_paths(const char *text, struct strv *hooks, struct strv *includes);

#endif
