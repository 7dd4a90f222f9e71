/* SPDX-License-Identifier: MIT */
/* The plain settings of a create request. */
#ifndef CNNRUN_ENGINE_DOCKER_SETTINGS_H
#define CNNRUN_ENGINE_DOCKER_SETTINGS_H

#include "plan/settings.h"

/* Adds them to the request and to its HostConfig. */
void put_settings(cJSON *body, cJSON *host, const struct settings *s);

#endif
