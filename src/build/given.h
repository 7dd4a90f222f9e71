/* SPDX-License-Identifier: MIT */
/* What a build is given besides its context: it may ask for these while it runs. */
#ifndef CNNRUN_BUILD_GIVEN_H
#define CNNRUN_BUILD_GIVEN_H

#include "build/opened.h"
#include "build/walk.h"

/* More than any secret has; what BuildKit takes. */
#define SECRET_MAX ((size_t)500 << 10)

void build_given_open(
	struct build_given *v, const struct place *project, const struct plan_build *b);
void build_given_free(struct build_given *v);

/* Opens, or makes, what cache_to names; the caller closes. */
int given_cache_make(const struct build_given *v, struct err *e);
/* Has those of the caches ignored that lie below top. */
void given_leave_out(
	const struct build_given *v, const char *top, struct ignore *i, struct err *e);

/* The bytes of a secret, as they are now. */
int given_secret_read(const struct given_secret *s, struct buf *out, struct err *e);

#endif
