/* SPDX-License-Identifier: MIT */
/* What a Dockerfile uses that older engines cannot read. */
#ifndef CNNRUN_BUILD_NEWER_H
#define CNNRUN_BUILD_NEWER_H

#include <stdbool.h>
#include <stddef.h>

struct newer {
	int line;
	const char *what;   /* "here-documents (<<)" */
	const char *docker; /* the first version that reads it */
};

/* The first such thing that an engine of this API does not know; false = none. */
bool dockerfile_newer(const char *text, size_t n, int api_minor, struct newer *out);

#endif
