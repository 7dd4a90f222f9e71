/* SPDX-License-Identifier: MIT */
#include "cli/face/words.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/printable.h"

void add_age(struct buf *out, int64_t seconds)
{
	if (seconds < 0)
		seconds = 0; /* the engine's clock is ahead */
	if (seconds < 120)
		buf_addf(out, "%d s", (int)seconds);
	else if (seconds < 120 * 60)
		buf_addf(out, "%d min", (int)(seconds / 60));
	else if (seconds < 48 * 3600)
		buf_addf(out, "%d h", (int)(seconds / 3600));
	else
		buf_addf(out, "%lld d", (long long)(seconds / 86400));
}

/* Length of the escape sequence that text begins with. */
static size_t escape_length(const char *text, size_t n)
{
	size_t i = 1;

	if (i < n && text[i] == '[') {
		for (i++; i < n; i++)
			if (text[i] >= '@' && text[i] <= '~')
				return i + 1;
	} else if (i < n && text[i] == ']') {
		for (i++; i < n && text[i] != '\n'; i++)
			if (text[i] == '\a' || text[i] == '\033')
				return i + 1;
		return i;
	} else {
		i++;
	}
	return i < n ? i : n;
}

void add_clean(struct buf *out, const char *text, size_t n)
{
	AUTO_BUF struct buf clean = {0};

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '\033')
			i += escape_length(text + i, n - i) - 1;
		else if (c == '\r')
			/* \r\n is one line's end; \r alone starts a line over */
			buf_adds(&clean, i + 1 < n && text[i + 1] != '\n' ? "\n" : "");
		else if (c >= ' ' ? c != 127 : c == '\n' || c == '\t')
			buf_addc(&clean, (char)c);
	}
	add_printable_lines(out, buf_str(&clean));
}

const char *shown_path(const char *path, const char *project)
{
	const char *rest;

	if (!path || !project || !path_within(path, project))
		return path;
	rest = path + strlen(project);
	while (*rest == '/')
		rest++;
	return *rest ? rest : ".";
}
