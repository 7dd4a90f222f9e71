/* SPDX-License-Identifier: MIT */
/* One pattern of a .dockerignore, matched as docker does: what Go's regular expressions
 * make of it. `*` and `?` stop at slashes, `**` does not. */
#ifndef CNNRUN_BUILD_PATTERN_H
#define CNNRUN_BUILD_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pattern_token;

struct pattern {
	char *text;     /* cleaned */
	bool exception; /* "!" */
	enum { PATTERN_EXACT, PATTERN_PREFIX, PATTERN_SUFFIX, PATTERN_TOKENS } kind;
	struct pattern_token *tokens;
	size_t n_tokens;
};

/* text is cleaned and without "!". false = bad syntax. */
bool pattern_compile(struct pattern *p, const char *text, bool exception);
bool pattern_match(const struct pattern *p, const char *path);
void pattern_free(struct pattern *p);

#endif
