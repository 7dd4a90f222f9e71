/* SPDX-License-Identifier: MIT */
/* Docker turns a pattern into a regular expression, with three short cuts that match a
 * little differently; both are kept. The expression is run as a set of states, so that no
 * pattern takes exponential time. */
#include "build/pattern.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum token_kind {
	TOKEN_CHAR,
	TOKEN_ANY,     /* ?   one but "/" */
	TOKEN_STAR,    /* *   many but "/" */
	TOKEN_DEEP,    /* two stars before more: any directories, or none */
	TOKEN_DEEP_IN, /*     inside it */
	TOKEN_REST,    /* two stars at the end */
	TOKEN_CLASS,
	TOKEN_START, /* ^ outside of a class: docker leaves it an anchor */
	TOKEN_NEVER,
};

struct range {
	uint32_t from, to;
};

struct pattern_token {
	enum token_kind kind;
	uint32_t c;
	bool negated;
	struct range *ranges;
	size_t n_ranges;
};

/* A code point of UTF-8; a byte that is none counts as U+FFFD, as in Go. */
static uint32_t next_char(const char **s)
{
	const unsigned char *p = (const unsigned char *)*s;
	size_t more = *p >= 0xf0 && *p < 0xf8 ? 3 : *p >= 0xe0 ? 2 : *p >= 0xc2 ? 1 : 0;
	uint32_t c = *p;

	if (*p >= 0xf8)
		more = 0;
	if (more)
		c = *p & (0x3fU >> more);
	for (size_t i = 1; i <= more; i++) {
		if ((p[i] & 0xc0) != 0x80) {
			more = 0;
			c = *p;
			break;
		}
		c = c << 6 | (p[i] & 0x3fU);
	}
	*s += more + 1;
	return !more && c >= 0x80 ? 0xfffd : c;
}

static struct pattern_token *add(struct pattern *p, enum token_kind kind)
{
	p->tokens = xrealloc(p->tokens, (p->n_tokens + 1) * sizeof *p->tokens);
	p->tokens[p->n_tokens] = (struct pattern_token){.kind = kind};
	return &p->tokens[p->n_tokens++];
}

/* A member of a class. Up to the first star docker is strict about "-" and "]" in their
 * odd places, since it tries Go's filepath.Match on the pattern, which looks no further.
 */
static bool class_char(const char **s, bool strict, bool first, uint32_t *c)
{
	if (!**s || (**s == ']' && (strict || !first)) || (**s == '-' && strict))
		return false;
	if (**s == '\\')
		(*s)++;
	if (!**s)
		return false;
	*c = next_char(s);
	return **s != 0; /* the class has to be closed */
}

/* After "["; ends after "]". */
static bool compile_class(struct pattern *p, const char **s, bool strict)
{
	struct pattern_token *t = add(p, TOKEN_CLASS);

	t->negated = **s == '^';
	*s += t->negated;
	while (**s != ']' || !t->n_ranges) {
		struct range r;

		if (!class_char(s, strict, !t->n_ranges, &r.from))
			return false;
		r.to = r.from;
		if (**s == '-' && (strict || (*s)[1] != ']')) {
			(*s)++;
			if (!class_char(s, strict, false, &r.to) || r.to < r.from)
				return false;
		}
		t->ranges = xrealloc(t->ranges, (t->n_ranges + 1) * sizeof *t->ranges);
		t->ranges[t->n_ranges++] = r;
	}
	(*s)++;
	return true;
}

/* After "\". Docker takes letters and digits for escapes of its regular expressions, and
 * those match nothing that is a file's name. */
static bool compile_escape(struct pattern *p, const char **s, bool strict)
{
	if (!**s && strict)
		return false;
	if (!**s || (**s > 0 && isalnum((unsigned char)**s))) {
		add(p, TOKEN_NEVER);
		*s += **s != 0;
		return true;
	}
	add(p, TOKEN_CHAR)->c = next_char(s);
	return true;
}

/* After the first "*". */
static void compile_star(struct pattern *p, const char **s, bool first)
{
	if (**s != '*') {
		add(p, TOKEN_STAR);
		p->kind = PATTERN_TOKENS;
		return;
	}
	(*s)++;
	*s += **s == '/';
	if (!**s) {
		add(p, TOKEN_REST);
		p->kind = p->kind == PATTERN_EXACT ? PATTERN_PREFIX : PATTERN_TOKENS;
	} else {
		add(p, TOKEN_DEEP);
		add(p, TOKEN_DEEP_IN);
		p->kind = PATTERN_TOKENS;
	}
	if (first)
		p->kind = PATTERN_SUFFIX;
}

bool pattern_compile(struct pattern *p, const char *text, bool exception)
{
	const char *s = text;
	bool strict = true;

	*p = (struct pattern){.text = xstrdup(text), .exception = exception};
	while (*s) {
		bool first = s == text, good = true;
		uint32_t c = next_char(&s);

		if (c == '?' || c == '[' || c == ']' || c == '\\')
			p->kind = PATTERN_TOKENS;
		if (c == '*') {
			compile_star(p, &s, first);
			strict = false;
		} else if (c == '[') {
			good = compile_class(p, &s, strict);
		} else if (c == '\\') {
			good = compile_escape(p, &s, strict);
		} else {
			add(p, c == '?'    ? TOKEN_ANY
				: c == '^' ? TOKEN_START
					   : TOKEN_CHAR)
				->c = c;
		}
		if (!good)
			return false;
	}
	return true;
}

void pattern_free(struct pattern *p)
{
	for (size_t i = 0; i < p->n_tokens; i++)
		free(p->tokens[i].ranges);
	free(p->tokens);
	free(p->text);
	*p = (struct pattern){0};
}

static bool in_class(const struct pattern_token *t, uint32_t c)
{
	for (size_t i = 0; i < t->n_ranges; i++)
		if (c >= t->ranges[i].from && c <= t->ranges[i].to)
			return !t->negated;
	return t->negated;
}

/* States that are reached without a character; all lead forward. */
static void close_states(const struct pattern *p, bool *on, bool at_start)
{
	for (size_t i = 0; i < p->n_tokens; i++) {
		enum token_kind k = p->tokens[i].kind;

		if (!on[i])
			continue;
		if (k == TOKEN_STAR || k == TOKEN_REST || (k == TOKEN_START && at_start))
			on[i + 1] = true;
		if (k == TOKEN_DEEP)
			on[i + 1] = on[i + 2] = true;
	}
}

static void step(const struct pattern *p, const bool *on, bool *next, uint32_t c)
{
	for (size_t i = 0; i < p->n_tokens; i++) {
		const struct pattern_token *t = &p->tokens[i];

		if (!on[i])
			continue;
		switch (t->kind) {
		case TOKEN_CHAR:
			next[i + 1] |= c == t->c;
			break;
		case TOKEN_ANY:
			next[i + 1] |= c != '/';
			break;
		case TOKEN_CLASS:
			next[i + 1] |= in_class(t, c);
			break;
		case TOKEN_STAR:
			next[i] |= c != '/';
			break;
		case TOKEN_DEEP_IN:
			next[i + 1] |= c == '/';
			next[i] |= c != '\n';
			break;
		case TOKEN_REST:
			next[i] |= c != '\n';
			break;
		default:
			break;
		}
	}
}

static bool match_tokens(const struct pattern *p, const char *path)
{
	AUTO_FREE bool *on = xcalloc(p->n_tokens + 3, sizeof *on);
	AUTO_FREE bool *next = xcalloc(p->n_tokens + 3, sizeof *next);
	const char *s = path;

	on[0] = true;
	for (;;) {
		bool *swap = on;

		close_states(p, on, s == path);
		if (!*s)
			return on[p->n_tokens];
		memset(next, 0, p->n_tokens + 3);
		step(p, on, next, next_char(&s));
		on = next;
		next = swap;
	}
}

bool pattern_match(const struct pattern *p, const char *path)
{
	size_t n = strlen(p->text), k = strlen(path);
	const char *suffix = p->text + 2;

	switch (p->kind) {
	case PATTERN_EXACT:
		return !strcmp(path, p->text);
	case PATTERN_PREFIX:
		return !strncmp(path, p->text, n - 2);
	case PATTERN_SUFFIX:
		n -= 2;
		if (k >= n && !memcmp(path + k - n, suffix, n))
			return true;
		return *suffix == '/' && !strcmp(path, suffix + 1);
	default:
		return match_tokens(p, path);
	}
}
