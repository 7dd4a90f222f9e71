/* SPDX-License-Identifier: MIT */
/* Compose's env_file: quotes, escapes, comments behind values, "export". What compose
 * would fill in from other variables is refused rather than passed on as it stands. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "launch/resolve/env_file.h"

struct reading {
	const char *at;
	struct env_sink *to;
	size_t newlines; /* since to->line was begun */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void skip_blanks(struct reading *r)
{
	while (is_blank(*r->at))
		r->at++;
}

static void skip_line(struct reading *r)
{
	r->at += strcspn(r->at, "\n");
}

static int fills_in(struct err *e)
{
	return err_set(e, EINVAL,
		"a \"$\" in a value: variables are not filled in here; write the value "
		"in single quotes");
}

/* To the end of the line, or to a blank and a "#". */
static int read_bare(struct reading *r, struct buf *value, struct err *e)
{
	const char *from = r->at;
	size_t n = 0;

	for (; *r->at && *r->at != '\n'; r->at++) {
		bool first = r->at == from || is_blank(r->at[-1]);

		if (*r->at == '$')
			return fills_in(e);
		if (*r->at == '#' && first) {
			skip_line(r);
			break;
		}
		if (!is_blank(*r->at))
			n = (size_t)(r->at - from) + 1;
	}
	buf_add(value, from, n);
	return 0;
}

static int read_escape(char c, struct buf *value, struct err *e)
{
	static const char from[] = "nrt\\\"$", to[] = "\n\r\t\\\"$";
	const char *at = c ? strchr(from, c) : NULL;

	if (!at)
		return err_set(e, EINVAL,
			"a \"\\\" in double quotes stands before n, r, t, \\, \" or $ "
			"only; "
			"write \\\\ for one of its own");
	buf_addc(value, to[at - from]);
	return 0;
}

static int read_quotes(struct reading *r, struct buf *value, struct err *e)
{
	const char quote = *r->at++;

	for (; *r->at && *r->at != quote; r->at++) {
		bool escape = *r->at == '\\';

		r->newlines += *r->at == '\n';
		if (quote == '"' && *r->at == '$')
			return fills_in(e);
		if (escape && quote == '"') {
			if (read_escape(*++r->at, value, e) < 0)
				return -1;
		} else if (escape && r->at[1] == quote) {
			buf_addc(value, *++r->at);
		} else {
			buf_addc(value, *r->at);
		}
	}
	if (!*r->at)
		return err_set(e, EINVAL,
			"the quotes that begin here do not end; write a %s behind the "
			"value",
			quote == '"' ? "\"" : "'");
	r->at++;
	skip_blanks(r);
	if (*r->at && *r->at != '\n' && *r->at != '#')
		return err_set(e, EINVAL,
			"something follows the closing quotes; a quote within the value "
			"is "
			"written with a \"\\\" before it");
	skip_line(r);
	return 0;
}

/* Up to the "=" or ":" or the end of the line. */
static int read_name(struct reading *r, char **name, struct err *e)
{
	const char *from;

	if (!strncmp(r->at, "export", 6) && is_blank(r->at[6])) {
		r->at += 6;
		skip_blanks(r);
	}
	from = r->at;
	while (isalnum((unsigned char)*r->at) || (*r->at && strchr("_.-", *r->at)))
		r->at++;
	*name = xstrndup(from, (size_t)(r->at - from));
	skip_blanks(r);
	if (!**name || (*r->at && !strchr("=:\n", *r->at)))
		return err_set(e, EINVAL,
			"no NAME=value; a value over several lines needs quotes around "
			"it");
	return 0;
}

static int read_variable(struct reading *r, struct err *e)
{
	AUTO_BUF struct buf value = {0};
	AUTO_FREE char *name = NULL;

	if (read_name(r, &name, e) < 0)
		return -1;
	if (!*r->at || *r->at == '\n')
		return env_file_tell(r->to, name, NULL, e);
	r->at++;
	skip_blanks(r);
	if ((*r->at == '"' || *r->at == '\'' ? read_quotes : read_bare)(r, &value, e) < 0)
		return -1;
	return env_file_tell(r->to, name, buf_str(&value), e);
}

int env_file_quoted(const char *text, struct env_sink *to, struct err *e)
{
	struct reading r = {.at = text, .to = to};

	if (!utf8_valid(text))
		return env_file_not_utf8(e);
	if (!strncmp(text, "\xef\xbb\xbf", 3))
		r.at += 3;
	for (to->line = 1; *r.at; to->line += r.newlines) {
		r.newlines = 0;
		skip_blanks(&r);
		if (*r.at == '#')
			skip_line(&r);
		else if (*r.at && *r.at != '\n' && read_variable(&r, e) < 0)
			return -1;
		if (*r.at == '\n') {
			r.at++;
			r.newlines++;
		}
	}
	return 0;
}
