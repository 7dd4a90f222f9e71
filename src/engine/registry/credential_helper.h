/* SPDX-License-Identifier: MIT */
/* The programs that keep docker's passwords. */
#ifndef CNNRUN_ENGINE_CREDENTIAL_HELPER_H
#define CNNRUN_ENGINE_CREDENTIAL_HELPER_H

#include "base/err.h"

/* Asks docker-credential-NAME (no shell) for a registry's credentials. *user and *secret
 * are the caller's and stay NULL where it has none. */
int credential_helper_get(const char *name, const char *registry, char **user,
	char **secret, struct err *e);

extern int credential_helper_ms; /* one that answers later is ended */

#endif
