/* SPDX-License-Identifier: MIT */
#include "build/expand.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Beyond that a text is no image's name: variables that double each other grow fast, and
 * defaults within defaults nest deep. */
enum { EXPANDED_MAX = 65536, DEPTH_MAX = 64 };

struct expansion {
	const struct kvs *vars;
	char escape;
	int depth;
	struct buf *out;
};

static void expand_part(struct expansion *x, const char *s, size_t n);

static size_t name_length(const char *s)
{
	size_t n = 0;

	while (isalnum((unsigned char)s[n]) || s[n] == '_')
		n++;
	return n;
}

/* After "${": NAME}, NAME:-word}, NAME-word}, NAME:+word}, NAME+word}, NAME:?word}. Newer
 * frontends can cut pieces off a value besides. Returns what comes behind it. */
static const char *braces(struct expansion *x, const char *s)
{
	size_t n = name_length(s), depth = 1;
	AUTO_FREE char *key = xstrndup(s, n);
	const char *value = kvs_get(x->vars, key), *word;
	bool colon = s[n] == ':', worded, set = value && !(colon && !*value);
	char op;

	s += n + colon;
	op = *s;
	worded = op && strchr("-+?", op);
	word = s += worded;
	for (; *s && depth; s++)
		depth += (size_t)(*s == '{') - (size_t)(*s == '}');
	if (depth || !n || (!worded && op != '}') || x->depth == DEPTH_MAX) {
		buf_addc(x->out, EXPAND_UNKNOWN);
		return depth ? strchr(s, 0) : s;
	}
	x->depth++;
	if (op == '+' ? set : op == '-' && !set)
		expand_part(x, word, (size_t)(s - 1 - word));
	else if (op != '+' && value)
		buf_adds(x->out, value);
	x->depth--;
	return s;
}

static void expand_part(struct expansion *x, const char *s, size_t n)
{
	struct buf *out = x->out;
	const char *end = s + n;

	while (s < end && out->n < EXPANDED_MAX) {
		size_t k = *s == '$' ? name_length(s + 1) : 0;

		if (*s == x->escape && s + 1 < end) {
			buf_addc(out, s[1]);
			s += 2;
		} else if (*s == '\'' || *s == '"') {
			s++;
		} else if (*s == '$' && s[1] == '{') {
			s = braces(x, s + 2);
		} else if (k) {
			AUTO_FREE char *key = xstrndup(s + 1, k);
			const char *value = kvs_get(x->vars, key);

			buf_adds(out, value ? value : "");
			s += 1 + k;
		} else {
			buf_addc(out, *s++);
		}
	}
	if (s < end)
		buf_addc(out, EXPAND_UNKNOWN);
}

void expand(const char *s, const struct kvs *vars, char escape, struct buf *out)
{
	struct expansion x = {.vars = vars, .escape = escape, .out = out};

	expand_part(&x, s, strlen(s));
}
